package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** No key is in a log, in an exception, in a report, or in what the outer engine tells of the daemon container. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class SecretsIT {

    private static final String HEADER = "PRIVATE KEY";
    private static final String KEPT =
            "nested-docker-test-secrets-" + ThreadLocalRandom.current().nextInt(1_000_000);

    private static List<String> clientSecrets;
    private static List<String> serverSecrets;
    private static List<String> keptSecrets;
    private static String childOutput;
    private static String inspected;
    private static String keptInspected;

    /** Does what one does with a daemon while all that the library logs goes to the standard error stream. */
    static final class Talkative {

        public static void main(String... arguments) throws IOException {
            try (NestedDocker docker = NestedDocker.builder().port(0).start();
                    NestedDocker kept = NestedDocker.builder()
                            .port(0)
                            .keepRunning()
                            .name(arguments[0])
                            .start()) {
                System.out.println("KEYS " + docker.endpoint().certificatesDirectory());
                System.out.println("KEPT " + kept.endpoint().certificatesDirectory());
                System.out.println("CONTAINER " + docker.daemonContainerId());
                System.out.println("ENDPOINT " + docker.endpoint() + " " + docker + " " + docker.engine());
                docker.restart();
                System.out.println(docker.diagnostics());
                try (NestedDocker attached = NestedDocker.attach(arguments[0])) {
                    System.out.println(attached.diagnostics());
                }
                System.out.println("UP");
                System.in.read();
                kept.remove();
                docker.exec("sh", "-c", "kill -KILL $(cat /var/run/docker.pid)");
                docker.restart();
            } catch (NestedDockerException e) {
                e.printStackTrace();
            }
            try {
                NestedDocker.builder().port(0).daemonArgs("--no-such-flag").start();
            } catch (StartupException e) {
                e.printStackTrace();
                System.out.println(e.diagnostics());
            }
            System.out.println("DONE");
        }
    }

    @BeforeAll
    static void watchAProgram() throws IOException {
        Map<String, String> everythingLogged = Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Dorg.slf4j.simpleLogger.log.io.nesteddocker=trace -Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        try (ChildJvm child = ChildJvm.start(everythingLogged, Talkative.class, KEPT)) {
            child.await("UP");
            clientSecrets =
                    secretsIn(Files.readString(Path.of(child.await("KEYS")).resolve("key.pem")));
            keptSecrets =
                    secretsIn(Files.readString(Path.of(child.await("KEPT")).resolve("key.pem")));
            String container = child.await("CONTAINER");
            serverSecrets =
                    secretsIn(Command.run("docker", "exec", container, "cat", "/nested-docker/tls/server-key.pem")
                            .output());
            inspected = Command.run("docker", "inspect", container).output();
            keptInspected = Command.run("docker", "inspect", KEPT).output();
            child.say("");
            child.await("DONE");
            child.awaitEnd();
            childOutput = child.output();
        }
    }

    @AfterAll
    static void removeTheKeptDaemon() {
        OuterTestEngine.removeContainer(KEPT);
    }

    @Test
    void theLibraryLogsNoKey() {
        assertThat(childOutput)
                .contains("DEBUG io.nesteddocker.")
                .doesNotContain(HEADER)
                .doesNotContain(clientSecrets)
                .doesNotContain(serverSecrets)
                .doesNotContain(keptSecrets);
    }

    @Test
    void theOuterEngineTellsNoKey() {
        assertThat(inspected)
                .contains("dind-init.sh")
                .doesNotContain(HEADER)
                .doesNotContain(clientSecrets)
                .doesNotContain(serverSecrets);
    }

    @Test
    void theOuterEngineTellsNoKeyOfAKeptDaemon() {
        assertThat(keptInspected)
                .contains("dind-init.sh")
                .doesNotContain(HEADER)
                .doesNotContain(keptSecrets);
    }

    /** The lines between header and footer. */
    private static List<String> secretsIn(String pem) {
        List<String> lines = Stream.of(pem.split("\n"))
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("-----"))
                .toList();
        assertThat(pem).contains(HEADER);
        assertThat(lines).isNotEmpty();
        return lines;
    }
}
