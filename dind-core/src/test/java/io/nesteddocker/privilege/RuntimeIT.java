package io.nesteddocker.privilege;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Privilege;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a daemon with a runtime for daemons. The runtime is a stand-in for Sysbox that stores each request.
 *
 * @see <a href="https://github.com/nestybox/sysbox/blob/master/docs/user-guide/limitations.md">Sysbox: what it refuses</a>
 * @see <a href="https://github.com/nestybox/sysbox/blob/master/docs/user-guide/dind.md">Sysbox: Docker inside</a>
 */
@Timeout(240)
@ExtendWith(LeakCheck.class)
class RuntimeIT {

    private static final String RUNTIME = "sysbox-runc";
    private static final String PROGRAM = "/usr/local/bin/" + RUNTIME;

    private static NestedDocker outer;
    private static NestedDocker docker;
    private static JsonNode asked;
    private static JsonNode askedOfAnyContainer;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path program = folder.resolve(RUNTIME);
        try (InputStream script = RuntimeIT.class.getResourceAsStream("/runtimes/" + RUNTIME + ".sh")) {
            Files.copy(script, program);
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        outer = NestedDocker.builder()
                .images(OuterTestEngine.daemonImage(), TinyImage.NAME)
                .daemonArgs("--add-runtime=" + RUNTIME + "=" + PROGRAM)
                .start();
        outer.copyIn(program, PROGRAM);
        docker = outer.nest()
                .privilege(Privilege.runtime(RUNTIME))
                .images(TinyImage.NAME)
                .start();
        asked = request(docker.daemonContainerId());
        String any = InnerContainers.startSleeper(
                outer.client(),
                request -> request.withHostConfig(HostConfig.newHostConfig().withRuntime(RUNTIME)));
        askedOfAnyContainer = request(any);
    }

    @AfterAll
    static void close() {
        if (outer != null) {
            outer.close();
        }
    }

    @Test
    void containersRunInTheDaemon() {
        assertThat(InnerContainers.output(docker.client(), "echo", "inside")).isEqualTo("inside");
    }

    @Test
    void portsOfContainersAreReached() throws IOException {
        assertThat(InnerContainers.reachedByAddress(docker)).isEqualTo("reached");
    }

    @Test
    void theRuntimeIsWhatWasGranted() {
        assertThat(docker.engine().granted()).isEqualTo(Privilege.runtime(RUNTIME));
    }

    @Test
    void theDaemonIsInAUserNamespaceOfItsOwn() {
        assertThat(userNamespace(docker)).isNotEmpty().isNotEqualTo(userNamespace(outer));
    }

    @Test
    void noMoreCapabilitiesAreAskedForThanAnyContainerHas() {
        assertThat(asked.at("/process/capabilities")).isEqualTo(askedOfAnyContainer.at("/process/capabilities"));
        assertThat(asked.at("/process/capabilities/bounding").toString())
                .contains("CAP_CHOWN")
                .doesNotContain("CAP_SYS_ADMIN");
    }

    @Test
    void theDeviceRulesAreThoseOfAnyContainer() {
        assertThat(asked.at("/linux/resources/devices"))
                .isNotEmpty()
                .isEqualTo(askedOfAnyContainer.at("/linux/resources/devices"));
    }

    @Test
    void noDeviceIsAskedFor() {
        assertThat(asked.at("/linux/devices")).isEqualTo(askedOfAnyContainer.at("/linux/devices"));
    }

    @Test
    void theSystemCallFilterIsThatOfAnyContainer() {
        assertThat(asked.at("/linux/seccomp")).isEqualTo(askedOfAnyContainer.at("/linux/seccomp"));
    }

    @Test
    void theHiddenPathsAreThoseOfAnyContainer() {
        for (String paths : List.of("/linux/maskedPaths", "/linux/readonlyPaths")) {
            assertThat(asked.at(paths)).isNotEmpty().isEqualTo(askedOfAnyContainer.at(paths));
        }
    }

    /** Sysbox refuses the namespaces of the machine, and chooses the user namespace itself. */
    @Test
    void theNamespacesAreItsOwnAndTheUsersAreLeftToTheRuntime() {
        List<JsonNode> namespaces = elements(asked.at("/linux/namespaces"));
        assertThat(namespaces)
                .extracting(namespace -> namespace.path("type").asText())
                .contains("pid", "network", "mount", "ipc", "uts")
                .doesNotContain("user");
        assertThat(namespaces)
                .allSatisfy(
                        namespace -> assertThat(namespace.path("path").asText()).isEmpty());
        assertThat(asked.at("/linux/uidMappings").isMissingNode()).isTrue();
    }

    /** Sysbox grants all capabilities to the first process only if that runs as root. */
    @Test
    void theFirstProcessIsRoots() {
        assertThat(asked.at("/process/user/uid").asInt()).isZero();
    }

    /** Sysbox supports a data root at this path only. */
    @Test
    void aVolumeIsMountedWhereSysboxExpectsTheDataRoot() {
        assertThat(elements(asked.at("/mounts")))
                .extracting(mount -> mount.path("destination").asText())
                .contains("/var/lib/docker");
    }

    /** Root in the container may be a user of the machine without write access to a folder of this program. */
    @Test
    void noFolderOfTheProgramIsMounted() {
        assertThat(elements(asked.at("/mounts")))
                .extracting(mount -> mount.path("destination").asText())
                .noneMatch(destination -> destination.startsWith("/nested-docker"));
        assertThat(docker.engine().connection()).isEqualTo(ConnectionMode.TUNNEL);
    }

    /** Linked layers belong to users who may not exist in the container. */
    @Test
    void imagesAreStreamed() {
        assertThat(docker.diagnostics().images())
                .singleElement()
                .asString()
                .contains("streamed, because the runtime " + RUNTIME);
    }

    private static String userNamespace(NestedDocker daemon) {
        return daemon.exec("readlink", "/proc/self/ns/user").stdout();
    }

    private static JsonNode request(String container) throws IOException {
        return new ObjectMapper()
                .readTree(outer.exec("cat", "/run/sysbox-requests/" + container + ".json")
                        .stdout());
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
