package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the checks of {@code ./dev release --dry-run} on the POMs of the project and on damaged copies of them. */
class ReleaseScriptTest {

    private static final String PARENT = "nested-docker-parent";

    private static final String VERSION = "0.1.0";

    @TempDir
    private Path staged;

    @BeforeEach
    void stageThePoms() throws IOException {
        stage(PARENT, "", pom -> pom);
        for (String module : List.of("nested-docker-bom", "dind-core", "dind-testkit")) {
            stage(module, module, pom -> pom);
        }
    }

    @ParameterizedTest
    @CsvSource({PARENT, "nested-docker-bom", "dind-core", "dind-testkit"})
    void thePomsOfTheProjectAreComplete(String artifact) throws Exception {
        assertThat(problems(artifact)).isEmpty();
    }

    @Test
    void aMissingDescriptionIsNamed() throws Exception {
        stage("dind-core", "dind-core", pom -> pom.replaceAll("<description>.*</description>", ""));

        assertThat(problems("dind-core")).containsExactly("dind-core: the POM has no <description> of its own");
    }

    @Test
    void whatTheParentLacksIsMissingInItsChildren() throws Exception {
        stage(PARENT, "", pom -> pom.replaceAll("(?s)<developers>.*</developers>", ""));

        assertThat(problems("dind-testkit"))
                .contains("dind-testkit: the POM has no <developers><developer><name>, and inherits none");
    }

    @Test
    void whatIsInACommentIsMissing() throws Exception {
        stage("nested-docker-bom", "nested-docker-bom", pom -> pom.replaceAll("(<name>.*</name>)", "<!-- $1 -->"));

        assertThat(problems("nested-docker-bom")).contains("nested-docker-bom: the POM has no <name> of its own");
    }

    @Test
    void aSnapshotIsRefused() throws Exception {
        stage("dind-core", "dind-core", pom -> pom.replace(VERSION, VERSION + "-SNAPSHOT"));

        assertThat(problems("dind-core")).containsExactly("dind-core: the POM names a SNAPSHOT version");
    }

    @ParameterizedTest
    @CsvSource({
        "none, 0.1.0, true",
        "0.1.0, 0.1.1, false",
        "0.1.0, 0.2.0, true",
        "0.9.3, 1.0.0, true",
        "1.0.0, 1.1.0, false",
        "1.1.0, 2.0.0, true",
        // A pre-release counts as the version that follows it.
        "0.1.0, 0.1.1-rc.1, false",
        "0.1.0, 0.2.0-rc.1, true",
        "0.2.0-rc.1, 0.2.0, false",
        "0.2.0-rc.1, 0.3.0-rc.1, true",
        "1.1.0, 2.0.0-beta, true"
    })
    void aVersionMayBreakUsers(String last, String next, boolean may) throws Exception {
        assertThat(run("may_break " + last + " " + next + " && say true || say false"))
                .containsExactly(String.valueOf(may));
    }

    @ParameterizedTest
    @CsvSource({
        "0.2.0, true",
        "0.2.0-rc.1, true",
        "1.0.0-beta, true",
        "0.2.0-SNAPSHOT, false",
        "0.2.0-rc.1-SNAPSHOT, false",
        "0.2.0-, false",
        "0.2, false"
    })
    void aReleaseHasThreeNumbersAndMayBeAPreRelease(String version, boolean accepted) throws Exception {
        assertThat(run("release_dry_run() { say \"makes $1\"; }; release_verb --dry-run --version " + version))
                .contains(accepted ? "makes " + version : "dev: '" + version + "' can't be the version of a release.");
    }

    private void stage(String artifact, String folder, UnaryOperator<String> change) throws IOException {
        String pom = Files.readString(Pages.ROOT.resolve(folder).resolve("pom.xml"))
                .replace(
                        "<version>" + Pom.of("").value("version") + "</version>", "<version>" + VERSION + "</version>");
        Path file = staged.resolve(artifact).resolve(VERSION).resolve(artifact + "-" + VERSION + ".pom");
        Files.createDirectories(file.getParent());
        Files.writeString(file, change.apply(pom));
    }

    private List<String> problems(String artifact) throws IOException, InterruptedException {
        return run("ensure_pom_is_complete " + artifact + " " + VERSION);
    }

    /** Runs a function of the script and returns the lines of its output. */
    private List<String> run(String command) throws IOException, InterruptedException {
        Path output = staged.resolve("output.txt");
        Process bash = new ProcessBuilder(
                        "bash",
                        "-euc",
                        "ROOT=$1; . \"$ROOT/scripts/say.sh\"; . \"$ROOT/scripts/release.sh\"; STAGED_GROUP=$2; "
                                + command,
                        "bash",
                        Pages.ROOT.toString(),
                        staged.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = bash.waitFor(60, TimeUnit.SECONDS);
        bash.destroyForcibly();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .toList();
        assertThat(ended)
                .as("the script ended within a minute; it printed %s", lines)
                .isTrue();
        return lines;
    }
}
