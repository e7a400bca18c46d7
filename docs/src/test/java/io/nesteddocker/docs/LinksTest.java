package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the targets of links in pages and in error messages exist. */
class LinksTest {

    private static final Pattern PAGE_IN_A_MESSAGE = Pattern.compile("\\bdocs/[\\w/-]+\\.md(?:#[\\w-]+)?");

    @Test
    void everyRelativeLinkResolves() {
        Map<String, String> broken = new TreeMap<>();
        for (Path page : Pages.all()) {
            for (String target : Links.in(Pages.lines(page))) {
                String problem = Links.problem(page, target);
                if (!problem.isEmpty()) {
                    broken.put(Pages.ROOT.relativize(page) + " -> " + target, problem);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageThatTheLibraryNamesIsThere() throws IOException {
        assertThat(Pages.all()).isNotEmpty();
        Map<String, String> broken = new TreeMap<>();
        try (Stream<Path> sources = Files.walk(Pages.ROOT.resolve("dind-core/src/main"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                // The programs among these files are not UTF-8 text, and names of pages are ASCII only.
                PAGE_IN_A_MESSAGE
                        .matcher(Files.readString(source, StandardCharsets.ISO_8859_1))
                        .results()
                        .map(match -> match.group())
                        .filter(name -> !Links.problem(Pages.ROOT.resolve("README.md"), name)
                                .isEmpty())
                        .forEach(name -> broken.put(
                                Pages.ROOT.relativize(source) + " -> " + name,
                                Links.problem(Pages.ROOT.resolve("README.md"), name)));
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void linksOfEveryFormAreSeen() {
        assertThat(Links.in(lines("""
                        See [one](docs/one.md), ![two](<two.png> "title") and [far](https://example.org/x).
                        [three]: three.md#part
                        <img src="four.png"> and `[no](link.md)`
                        ```
                        [no](block.md)
                        ```
                        """))).containsExactly("docs/one.md", "two.png", "three.md#part", "four.png");
    }

    @Test
    void aLinkToNothingIsAProblem() {
        Path page = Pages.ROOT.resolve("docs/page.md");

        assertThat(Links.problem(page, "absent.md")).isEqualTo("there is no docs/absent.md");
        assertThat(Links.problem(page, "../../elsewhere.md")).isEqualTo("there is no ../elsewhere.md");
        assertThat(Links.problem(page, "pom.xml")).isEmpty();
    }

    @Test
    void headingsGiveTheAnchorsThatGitHubGives() {
        assertThat(Links.anchors(lines("""
                        # What it is, and isn't
                        ## `port(2376)` & TLS
                        ## Same
                        ## Same
                        """))).containsExactly("what-it-is-and-isnt", "port2376--tls", "same", "same-1");
    }

    private static List<String> lines(String text) {
        return Arrays.asList(text.split("\n"));
    }
}
