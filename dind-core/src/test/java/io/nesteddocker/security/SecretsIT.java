package io.nesteddocker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.StartupException;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that no key or password is in a log, an exception, a report, or the outer engine's description of the container. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class SecretsIT {

    private static final String HEADER = "PRIVATE KEY";
    private static final String PASSWORD = "hunter2-of-the-registry";
    private static final String REGISTRY = "registry.invalid";
    private static final String KEPT =
            "nested-docker-test-secrets-" + ThreadLocalRandom.current().nextInt(1_000_000);

    private static List<String> clientSecrets;
    private static List<String> serverSecrets;
    private static List<String> keptSecrets;
    private static String childOutput;
    private static String inspected;
    private static String keptInspected;

    /** Uses daemons in many ways, while the library logs at all levels to standard error. */
    static final class Talkative {

        public static void main(String... arguments) throws IOException {
            NestedDockerSpec spec = NestedDocker.builder()
                    .port(0)
                    .registryCredentials(REGISTRY, "tester", PASSWORD)
                    .spec();
            System.out.println("SPEC " + spec);
            try (NestedDocker docker = NestedDocker.start(spec);
                    NestedDocker kept =
                            spec.toBuilder().keepRunning().name(arguments[0]).start()) {
                System.out.println("KEYS " + docker.endpoint().certificatesDirectory());
                System.out.println("KEPT " + kept.endpoint().certificatesDirectory());
                System.out.println("CONTAINER " + docker.daemonContainerId());
                System.out.println("ENDPOINT " + docker.endpoint() + " " + docker + " " + docker.engine());
                pull(docker);
                docker.restart();
                System.out.println(docker.diagnostics());
                try (NestedDocker attached = NestedDocker.attach(arguments[0])) {
                    pull(attached);
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
                spec.toBuilder().daemonArgs("--no-such-flag").start();
            } catch (StartupException e) {
                e.printStackTrace();
                System.out.println(e.diagnostics());
            }
            System.out.println("DONE");
        }

        /** Pulls from a registry that does not exist; the request contains the password nevertheless. */
        private static void pull(NestedDocker docker) {
            try {
                docker.client().pullImageCmd(REGISTRY + "/x:1").start().awaitCompletion();
            } catch (RuntimeException e) {
                e.printStackTrace();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeAll
    static void watchAProgram() throws IOException {
        Map<String, String> everythingLogged = Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Dorg.slf4j.simpleLogger.log.io.nesteddocker=trace -Dorg.slf4j.simpleLogger.log.com.github.dockerjava=trace -Dorg.slf4j.simpleLogger.defaultLogLevel=info");
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

    /** A password in Base64 is no secret either. */
    @Test
    void nobodyTellsAPassword() {
        String asInConfigFile = base64("tester:" + PASSWORD);
        String asInHeader = base64("{\"username\":\"tester\",\"password\":\"" + PASSWORD);
        assertThat(childOutput).contains("SPEC ").contains("tester@" + REGISTRY).contains(REGISTRY + "/x");
        assertThat(childOutput + inspected + keptInspected)
                .doesNotContain(PASSWORD)
                .doesNotContain(asInConfigFile)
                .doesNotContain(asInHeader.substring(0, asInHeader.length() - 4));
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

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the lines between header and footer. */
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
