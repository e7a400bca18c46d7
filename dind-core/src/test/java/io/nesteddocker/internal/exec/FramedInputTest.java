package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramedInputTest {

    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final ByteArrayOutputStream engine = new ByteArrayOutputStream();

    @Test
    void putsTheOutputTogether() throws IOException {
        frame(STDOUT, "one ");
        frame(STDOUT, "");
        frame(STDOUT, "two");
        assertThat(text(input())).isEqualTo("one two");
    }

    @Test
    void keepsStandardErrorOutOfIt() throws IOException {
        frame(STDERR, "careful\n");
        frame(STDOUT, "fine");
        FramedInput input = input();
        assertThat(text(input)).isEqualTo("fine");
        assertThat(input.stderr()).isEqualTo("careful\n");
    }

    @Test
    void waitsForTheFirstLineOnStandardErrorAndNoLonger() throws IOException {
        frame(STDERR, "relay");
        frame(STDERR, " 1\nmore");
        frame(STDOUT, "data");
        FramedInput input = input();
        assertThat(input.awaitFirstStderrLine()).isEqualTo("relay 1");
        assertThat(text(input)).isEqualTo("data");
    }

    @Test
    void outputThatOvertookTheFirstLineIsKept() throws IOException {
        frame(STDOUT, "early ");
        frame(STDERR, "relay 1\n");
        frame(STDOUT, "late");
        FramedInput input = input();
        assertThat(input.awaitFirstStderrLine()).isEqualTo("relay 1");
        assertThat(text(input)).isEqualTo("early late");
    }

    @Test
    void theFirstLineOfAProcessThatEndsIsAllThatItSaid() throws IOException {
        frame(STDERR, "no such file");
        assertThat(input().awaitFirstStderrLine()).isEqualTo("no such file");
    }

    @Test
    void aTextAtTheBeginningOfTheOutputIsRecognizedAndKept() throws IOException {
        frame(STDERR, "careful\n");
        frame(STDOUT, "");
        frame(STDOUT, "refused: ");
        frame(STDOUT, "why");
        FramedInput input = input();
        assertThat(input.beginsWith(bytes("refused"))).isTrue();
        assertThat(text(input)).isEqualTo("refused: why");
        assertThat(input.stderr()).isEqualTo("careful\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r", "refuses", "a refused text"})
    void anotherOutputIsKept(String other) throws IOException {
        frame(STDOUT, other);
        FramedInput input = input();
        assertThat(input.beginsWith(bytes("refused"))).isFalse();
        assertThat(text(input)).isEqualTo(other);
    }

    @Test
    void aShortOutputIsNotHeldBackUntilMoreComes() throws IOException {
        frame(STDOUT, "ref");
        frame(STDOUT, "used");
        FramedInput input = input();
        assertThat(input.beginsWith(bytes("refused"))).isFalse();
        assertThat(input.available()).isEqualTo(3);
    }

    @Test
    void standardErrorWithoutEndIsKeptInPart() throws IOException {
        for (int i = 0; i < 100; i++) {
            frame(STDERR, "x".repeat(1000));
        }
        frame(STDOUT, "still here");
        FramedInput input = input();
        assertThat(text(input)).isEqualTo("still here");
        assertThat(input.stderr()).hasSize(8 * 1024);
    }

    @Test
    void allOfStandardErrorIsPassedOn() throws IOException {
        for (int i = 0; i < 100; i++) {
            engine.writeBytes(FramedInput.header(true, 1000));
            engine.writeBytes("x".repeat(1000).getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        assertThat(text(new FramedInput(new ByteArrayInputStream(engine.toByteArray()), all)))
                .isEmpty();
        assertThat(all.size()).isEqualTo(100_000);
    }

    @Test
    void anEndInTheMiddleOfAFrameIsNoEnd() throws IOException {
        engine.write(ByteBuffer.allocate(8).put((byte) STDOUT).putInt(4, 100).array());
        engine.writeBytes("short".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> text(input())).isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsNotInFramesIsRefused() {
        engine.writeBytes("HTTP/1.1 200 OK".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> text(input())).isInstanceOf(ProtocolException.class);
    }

    private void frame(int stream, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        engine.writeBytes(ByteBuffer.allocate(8)
                .put((byte) stream)
                .putInt(4, bytes.length)
                .array());
        engine.writeBytes(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private FramedInput input() {
        return new FramedInput(new ByteArrayInputStream(engine.toByteArray()));
    }

    private static String text(FramedInput input) throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
    }
}
