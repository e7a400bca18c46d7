package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Tests the picture of {@code ./dev demo} in the README, and the program that creates it. */
class DemoPictureTest {

    private static final Path PICTURE = Pages.ROOT.resolve("docs/demo.svg");

    /** The maximum size, because many sites that display images refuse larger ones. */
    private static final int MOST_BYTES = 60_000;

    @TempDir
    private Path folder;

    @Test
    void itShowsAllThatTheDemoPrints() throws Exception {
        List<String> shown = texts(parsed(Files.readAllBytes(PICTURE)));

        assertThat(printed())
                .hasSizeGreaterThan(7)
                .allSatisfy(text -> assertThat(shown)
                        .as("the lines of docs/demo.svg; ./dev record makes it again")
                        .anyMatch(line -> line.startsWith(text)));
        assertThat(shown.get(0)).isEqualTo("$ ./dev demo");
        assertThat(shown.get(shown.size() - 1)).isEqualTo("The daemon is gone, with everything in it.");
    }

    @Test
    void itNeedsNothingFromOutside() throws Exception {
        assertThatItNeedsNothingFromOutside(Files.readAllBytes(PICTURE));
    }

    @Test
    void itNamesNoMachine() throws Exception {
        assertThat(texts(parsed(Files.readAllBytes(PICTURE))))
                .noneMatch(line -> line.matches(".*(/(tmp|home|root|Users|run/user)\\b|@).*"));
    }

    @Test
    void theReadmeShowsIt() throws IOException {
        assertThat(Files.readString(Pages.ROOT.resolve("README.md")))
                .containsPattern("!\\[[^\\]]+]\\(docs/demo.svg\\)");
    }

    @Test
    void theProgramShowsALineAsATerminalDoes() throws Exception {
        byte[] picture = made(
                "Script started\na <b> & \u001b[31m\"c\"\u001b[0m\r\n10 %\r100 %\r\nsnow \u2603\r\n",
                "0.5 20", "0.250000 20", "1 100");

        assertThat(texts(parsed(picture))).containsExactly("$ demo", "a <b> & \"c\"", "100 %", "snow \u2603");
        assertThatItNeedsNothingFromOutside(picture);
    }

    @Test
    void theProgramShowsALineWhenItCame() throws Exception {
        // The animation takes two seconds and shows the last frame for six more, so the line appears at 25 %.
        String picture = new String(made("Script started\nfirst\nsecond\n", "0 6", "2 7"), StandardCharsets.UTF_8);

        assertThat(picture)
                .contains("@keyframes k2{0%,25.00%{opacity:0}25.01%,100%{opacity:1}}", ".l2{animation:k2 8.00s");
    }

    @Test
    void withoutAnimationsEveryLineIsSeen() throws Exception {
        String picture = Files.readString(PICTURE);

        assertThat(picture.substring(0, picture.indexOf("@media (prefers-reduced-motion:no-preference){")))
                .doesNotContain("opacity", "animation");
    }

    private static void assertThatItNeedsNothingFromOutside(byte[] picture) throws Exception {
        assertThat(picture).hasSizeLessThan(MOST_BYTES);
        Document document = parsed(picture);
        List<Element> elements = elements(document, "*");
        assertThat(elements)
                .extracting(Element::getTagName)
                .containsOnlyOnce("title", "desc", "style")
                .isSubsetOf("svg", "title", "desc", "style", "rect", "circle", "text");
        assertThat(elements)
                .flatExtracting(DemoPictureTest::attributes)
                .filteredOn(attribute -> !attribute.getName().equals("xmlns"))
                .allSatisfy(attribute -> {
                    assertThat(attribute.getName().toLowerCase(Locale.ROOT))
                            .doesNotStartWith("on")
                            .doesNotContain("href");
                    assertThat(attribute.getValue()).doesNotContain("//", "url(");
                });
        assertThat(elements(document, "style").get(0).getTextContent())
                .doesNotContain("//", "url(", "@import", "@font-face");
    }

    /** Returns the beginnings of the lines that the demo prints, from its sources. */
    private static List<String> printed() throws IOException {
        List<String> texts = new ArrayList<>();
        texts.addAll(literals("scripts/engine.sh", "say \"(==> outer engine )"));
        texts.addAll(literals("scripts/images.sh", "say \"(==> daemon image )"));
        texts.addAll(literals("scripts/maven.sh", "say \"(==> io.nesteddocker.examples.)"));
        texts.addAll(literals(
                "examples/src/main/java/io/nesteddocker/examples/QuickStart.java",
                "System.out.print\\w+\\(\"([^\"%]+)"));
        return texts;
    }

    private static List<String> literals(String source, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(Pages.ROOT.resolve(source)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private byte[] made(String output, String... times) throws Exception {
        Path picture = folder.resolve("picture.svg");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Pages.ROOT.resolve("scripts/DemoPicture.java").toString(),
                        "demo",
                        Files.writeString(folder.resolve("output"), output).toString(),
                        Files.write(folder.resolve("times"), List.of(times)).toString(),
                        picture.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("messages").toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended && process.exitValue() == 0)
                .as(Files.readString(folder.resolve("messages")))
                .isTrue();
        return Files.readAllBytes(picture);
    }

    private static List<String> texts(Document document) {
        return elements(document, "text").stream().map(Element::getTextContent).toList();
    }

    private static Document parsed(byte[] picture) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(picture));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static List<Attr> attributes(Element element) {
        return IntStream.range(0, element.getAttributes().getLength())
                .mapToObj(i -> (Attr) element.getAttributes().item(i))
                .toList();
    }
}
