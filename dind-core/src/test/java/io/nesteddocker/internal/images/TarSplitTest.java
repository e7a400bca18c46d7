package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Tests recipes in the format of tar-split: a compressed file with one line of JSON for each piece. */
class TarSplitTest {

    /** A recipe with a Unicode name, a name that is not valid Unicode, and an empty file without content. */
    private static final String RECIPE = bytes("<header 1>", 0)
            + "{\"type\":1,\"name\":\"a b/ü\",\"size\":3,\"payload\":\"AAAAAAAAAAA=\",\"position\":1}\n"
            + bytes("<padding>", 2)
            + "{\"type\":1,\"name\":\"empty\",\"position\":3}\n"
            + bytes("<header 2>", 4)
            + "{\"type\":1,\"name_raw\":\"" + base64(new byte[] {'x', (byte) 0xff}) + "\",\"size\":2,\"position\":5}\n"
            + bytes("<end>", 6);

    private static final String WHOLE = "<header 1>one<padding><header 2>22<end>";

    private final TarSplit recipe = new TarSplit(gzip(RECIPE));

    @Test
    void theArchiveIsMadeOfThePiecesInTheirOrder() throws IOException {
        assertThat(recipe.archive(stream("one22")).readAllBytes()).asString().isEqualTo(WHOLE);
    }

    @Test
    void theSizeIsThatOfTheArchive() throws IOException {
        assertThat(recipe.size()).isEqualTo(WHOLE.length());
    }

    @Test
    void theNamesAreThoseOfTheFilesWithContentByteForByte() throws IOException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        recipe.writeNames("/é/", names);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes("/é/a b/ü\0/é/x".getBytes(StandardCharsets.UTF_8));
        expected.writeBytes(new byte[] {(byte) 0xff, 0});
        assertThat(names.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(recipe.sizeOfNames("/é/")).isEqualTo(names.size());
    }

    @Test
    void contentsThatEndTooEarlyAreAnErrorWhereverTheyEnd() {
        for (String contents : new String[] {"", "on", "one", "one2"}) {
            assertThatThrownBy(() -> recipe.archive(stream(contents)).readAllBytes())
                    .as(contents)
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("end too early");
        }
    }

    @Test
    void aRecipeThatIsCutOffAnywhereIsAnError() {
        byte[] whole = gzip(RECIPE);
        for (int length = 0; length < whole.length; length++) {
            TarSplit cut = new TarSplit(Arrays.copyOf(whole, length));
            assertThatThrownBy(cut::size).as("%d bytes", length).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> cut.archive(stream("one22")).readAllBytes())
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    private static String bytes(String content, int position) {
        return "{\"type\":2,\"payload\":\"" + base64(content.getBytes(StandardCharsets.UTF_8)) + "\",\"position\":"
                + position + "}\n";
    }

    private static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
