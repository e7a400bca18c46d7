package io.nesteddocker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs each example in the way a reader does: with java, in a process of its own. */
class ExamplesIT {

    private static final Pattern NAME = Pattern.compile("Nested daemon (\\S+) is ready");

    private static final Pattern CONTAINER_ID = Pattern.compile("\\b[0-9a-f]{12}\\b");

    /** The name in the example and on its page. */
    private static final String INNER_LOOP = "inner-loop";

    private static final long PATIENCE_SECONDS = 180;

    @TempDir
    private Path folder;

    private String output = "";
    private String input = "";
    private int exitCode;
    private long pid;
    private List<String> arguments = List.of();
    private Map<String, String> environment = Map.of();

    @Test
    void quickStartShowsTwoDifferentContainers() throws Exception {
        run(QuickStart.class);

        List<String> ids = CONTAINER_ID
                .matcher(output)
                .results()
                .map(id -> id.group())
                .distinct()
                .toList();
        assertThat(ids).hasSize(2);
        assertThat(output).contains("Hello from " + ids.get(1));
    }

    @Test
    void withYourOwnClientLeavesTheClientOpen() throws Exception {
        run(WithYourOwnClient.class);

        assertThat(output)
                .containsPattern("outer engine sees the daemon container: +true")
                .containsPattern("inner engine sees it: +false")
                .contains("is still open");
    }

    @Test
    void dockerCliAgainstItRunsTheCommandInside() throws Exception {
        run(DockerCliAgainstIt.class);

        assertThat(output)
                .containsPattern("DOCKER_HOST is tcp://\\S+:\\d+")
                .containsPattern("found engine \\d+\\.")
                .contains("Hello from docker run")
                .contains("The inner engine has the image ");
    }

    @Test
    void interactiveShellRunsWhatItReads() throws Exception {
        input = "docker run --rm $(docker images --quiet) echo Hello from a pipe; exit 3";
        exitCode = 3;

        run(InteractiveShell.class);

        assertThat(output).contains("Hello from a pipe");
    }

    @Test
    void progressBarsShowsTheWayInAndOut() throws Exception {
        run(ProgressBars.class);

        assertThat(output)
                .contains("[##############################] the image ")
                .contains(": loaded, ")
                .contains(": already there, 0.0 MB")
                .contains(": saved, ");
    }

    @Test
    void innerLoopFindsTheDaemonThatTheRunBeforeStarted() throws Exception {
        SoleUse name = SoleUse.of(INNER_LOOP);
        try {
            List<String> left = runInnerLoop();

            arguments = List.of("end");
            run(InnerLoop.class);

            assertThat(output).containsPattern("daemon container " + left.get(0));
            assertThat(leftForTheNextRun()).isEmpty();
        } finally {
            name.close();
        }
    }

    @Test
    void theCommandOfThePageRemovesTheDaemonThatInnerLoopLeaves() throws Exception {
        SoleUse name = SoleUse.of(INNER_LOOP);
        try {
            runInnerLoop();

            Outcome outcome = Outcome.of(folder, Map.of(), List.of("sh", "-euc", commandOfThePage()));

            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(leftForTheNextRun()).isEmpty();
        } finally {
            name.close();
        }
    }

    private List<String> runInnerLoop() throws Exception {
        environment = Map.of("NESTED_DOCKER_REUSE", "true");
        run(InnerLoop.class);
        List<String> left = leftForTheNextRun();
        assertThat(left).hasSize(1);
        return left;
    }

    private static String commandOfThePage() throws IOException {
        List<String> blocks = Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
                .matcher(Files.readString(Path.of("..", "docs", "reuse.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    private static List<String> leftForTheNextRun() throws IOException {
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            return outer
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of("io.nesteddocker.reuse=" + INNER_LOOP))
                    .exec()
                    .stream()
                    .map(Container::getId)
                    .toList();
        }
    }

    @Test
    void sidecarLetsInTheNeighbourWithTheCertificateOnly() throws Exception {
        run(Sidecar.class);

        assertThat(output)
                .contains("With the certificate:    Hello from the sidecar")
                .containsPattern("(?s)Without the certificate: .*(certificate required|bad certificate)");
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            assertThat(outer.listNetworksCmd().exec())
                    .extracting(Network::getName)
                    .doesNotContain("nested-docker-example-" + pid);
        }
    }

    @AfterEach
    void theDaemonContainerIsGone() throws IOException {
        Matcher name = NAME.matcher(output);
        assertThat(name.find()).as(output).isTrue();
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            assertThat(outer.listContainersCmd().withShowAll(true).exec())
                    .flatExtracting(Container::getNames)
                    .doesNotContain("/" + name.group(1));
        }
    }

    private void run(Class<?> example) throws IOException, InterruptedException {
        Path written = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(Outcome.jvm(example, arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectInput(Files.writeString(folder.resolve("input"), input).toFile())
                .redirectOutput(written.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        pid = process.pid();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        output = Files.readString(written, StandardCharsets.UTF_8);
        assertThat(ended).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
    }
}
