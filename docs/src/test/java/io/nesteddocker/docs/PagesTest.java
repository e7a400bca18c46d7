package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.plan.LeastPrivilege;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that lists in the pages equal those in the library, for example of capabilities and exit codes. */
class PagesTest {

    private static final Path RESOURCES = Pages.ROOT.resolve("dind-core/src/main/resources/io/nesteddocker");
    private static final List<String> SCRIPT = Pages.lines(RESOURCES.resolve("image/dind-init.sh"));

    private static final String IMAGES = page("docs/daemon-images.md");
    private static final String PRIVILEGE = page("docs/privilege.md");
    private static final String TROUBLESHOOTING = page("docs/troubleshooting.md");

    @Test
    void eachCapabilityHasItsReason() {
        assertThat(all(PRIVILEGE, "(?m)^\\| `([A-Z_]+)` \\|")).isEqualTo(LeastPrivilege.CAPABILITIES.keySet());
    }

    @Test
    void theCommandAsksForTheSameAsTheLibrary() {
        assertThat(all(PRIVILEGE, "--cap-add (\\w+)")).isEqualTo(LeastPrivilege.CAPABILITIES.keySet());
        assertThat(all(PRIVILEGE, "--device-cgroup-rule '([^']+)'"))
                .containsExactlyInAnyOrderElementsOf(LeastPrivilege.DEVICE_RULES);
        // The docker command needs the last option, with which it sends two empty lists of paths.
        assertThat(all(PRIVILEGE, "--security-opt (\\S+)"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(LeastPrivilege.SECURITY_OPTIONS.stream(), Stream.of("systempaths=unconfined"))
                                .toList());
    }

    @Test
    void eachExitCodeOfTheScriptIsExplained() {
        Set<String> codes = all(String.join("\n", SCRIPT), "\\bfail (\\d+) ");

        assertThat(codes).isNotEmpty();
        assertThat(all(TROUBLESHOOTING, "(?m)^\\| (6\\d|7\\d) \\|")).isEqualTo(codes);
    }

    @Test
    void eachLineThatTheScriptSaysIsExplained() {
        List<String> lines = SCRIPT.stream()
                .flatMap(line ->
                        Pattern.compile("\\bsay \"([^\"$;,]+)").matcher(line).results())
                .map(said -> said.group(1).strip())
                .toList();

        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(TROUBLESHOOTING).contains("| `" + line));
    }

    @Test
    void thePageOfBuildsShowsTheProjectThatTheExampleUses() {
        assertThat(page("docs/builds.md"))
                .contains("```dockerfile\n" + page("examples/src/main/project/Dockerfile") + "\n```")
                .contains("```yaml\n" + page("examples/src/main/project/compose.yaml") + "\n```");
    }

    @Test
    void theDefaultImageIsTheOneThatIsNamed() {
        String pinned = all(
                        page("dind-core/src/main/resources/io/nesteddocker/default-image.properties"),
                        "(?m)^image=(.+)$")
                .iterator()
                .next();

        assertThat(IMAGES).contains("uses the image `" + pinned + "`");
        assertThat(page("README.md")).contains("The daemon image is `" + pinned + "`");
    }

    @Test
    void theFiguresOfTheReadmeAreThoseOfThePageWithTheirConditions() {
        assertThat(all(page("README.md"), "\\b(\\d[\\d ]*) ms\\b"))
                .hasSize(4)
                .allSatisfy(figure -> assertThat(page("docs/how-it-works.md")).containsPattern("\\b" + figure + "\\b"));
    }

    @Test
    void proseHasOneSentenceALine() {
        assertThat(Pages.all())
                .allSatisfy(page -> assertThat(Pages.lines(page))
                        .as(page.toString())
                        .noneMatch(line -> line.matches("[A-Z][^|`]*[a-z)]\\. [A-Z][^|]*")));
    }

    private static String page(String name) {
        return String.join("\n", Pages.lines(Pages.ROOT.resolve(name)));
    }

    private static Set<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }
}
