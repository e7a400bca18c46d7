package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Tests that every Java or Kotlin block in the pages equals a region of a source file that is compiled. */
class SnippetsTest {

    private static final List<Path> SOURCES = List.of(
            Pages.ROOT.resolve("docs/src/test/java"),
            Pages.ROOT.resolve("docs/src/test/kotlin"),
            Pages.ROOT.resolve("examples/src/main/java"),
            Pages.ROOT.resolve("examples/src/test/java"),
            Pages.ROOT.resolve("examples/src/test/foreign-build/src/test/java"));

    @Test
    void everyBlockIsARegionOfACompiledSource() {
        SoftAssertions softly = new SoftAssertions();
        for (Path page : Pages.all()) {
            for (Snippet snippet : Snippet.in(Pages.lines(page))) {
                softly.assertThat(snippet)
                        .as(
                                "%s, line %s, <!-- snippet: %s -->",
                                Pages.ROOT.relativize(page), snippet.line(), snippet.source())
                        .satisfies(SnippetsTest::equalsItsRegion);
            }
        }
        softly.assertAll();
    }

    @Test
    void aBlockThatEqualsItsRegionIsFound() {
        List<Snippet> snippets = Snippet.in(List.of(
                "Text.", "", "<!-- snippet: Some.java#part -->", "", "  ```java", "  a();", "", "      b();", "  ```"));
        List<String> region = Region.between(
                List.of(
                        "x();",
                        "    // tag::part[]",
                        "    a();",
                        "    // tag::inner[]",
                        "",
                        "        b();",
                        "    // end::inner[]",
                        "    // end::part[]"),
                "part");

        assertThat(snippets)
                .singleElement()
                .isEqualTo(new Snippet(5, "Some.java#part", List.of("a();", "", "    b();")));
        assertThat(snippets.get(0).code()).isEqualTo(region);
    }

    @Test
    void aBlockWithoutACommentIsRefused() {
        Snippet snippet = Snippet.in(List.of("<!-- snippet: A#b -->", "Text between.", "```java", "a();", "```"))
                .get(0);

        assertThatThrownBy(() -> equalsItsRegion(snippet)).hasMessageContaining("<!-- snippet: File#region -->");
    }

    @Test
    void aBlockThatDiffersFromItsRegionIsRefused() {
        Snippet snippet = new Snippet(1, "SnippetsTest#sample", List.of("int answer = 41;"));

        // tag::sample[]
        int answer = 42;
        // end::sample[]
        assertThat(answer).isEqualTo(42);
        assertThatThrownBy(() -> equalsItsRegion(snippet)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aRegionThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Region.named(SOURCES, "SnippetsTest#absent"))
                .hasMessageContaining("region 'absent' opens in lines [] and ends in lines []");
        assertThatThrownBy(() -> Region.named(SOURCES, "Absent#sample"))
                .hasMessageContaining("there are 0 files named Absent.java");
    }

    @Test
    void blocksInOtherLanguagesAreLeftAlone() {
        assertThat(Snippet.in(List.of("```xml", "<a/>", "```", "````text", "```java", "```", "````")))
                .isEmpty();
    }

    @Test
    void aBlockInKotlinIsFoundUnlessItIsABuildFile() {
        assertThat(Snippet.in(List.of("```kotlin", "val a = 1", "```", "```kotlin", "dependencies {", "}", "```")))
                .singleElement()
                .isEqualTo(new Snippet(1, "", List.of("val a = 1")));
    }

    @Test
    void aBlockThatIsNeverClosedIsRefused() {
        assertThatThrownBy(() -> Snippet.in(List.of("", "```java", "a();"))).hasMessageContaining("opens in line 2");
    }

    private static void equalsItsRegion(Snippet snippet) {
        assertThat(snippet.source())
                .as("the comment before a block, <!-- snippet: File#region -->, which names the source it shows")
                .isNotEmpty();
        assertThat(snippet.code()).isEqualTo(Region.named(SOURCES, snippet.source()));
    }
}
