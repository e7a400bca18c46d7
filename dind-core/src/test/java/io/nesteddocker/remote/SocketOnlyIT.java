package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a program in a container of the outer engine that shares only the engine's socket, as in CI jobs. */
@Timeout(240)
@ExtendWith(LeakCheck.class)
class SocketOnlyIT {

    /** An image with the C library that this machine's JDK needs. */
    private static final String IMAGE = "nested-docker:trixie";

    private static final String SOCKET = "/var/run/docker.sock";

    @Test
    void aTlsPortIsReachedByTheGatewayOfTheProgramsNetwork() throws InterruptedException {
        String output = inContainer("port");
        assertThat(output)
                .containsPattern("ENDPOINT tcp://(?!127\\.)[0-9.]+:[0-9]+\n")
                .contains(" by TLS");
    }

    @Test
    void aTlsPortIsReachedFromANetworkThatTheUserMade() throws InterruptedException {
        DockerClient outer = OuterTestEngine.client();
        String network = outer.createNetworkCmd()
                .withName("nested-docker-test-" + OuterTestEngine.thisJvm())
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .exec()
                .getId();
        try {
            String gateway = outer.inspectNetworkCmd()
                    .withNetworkId(network)
                    .exec()
                    .getIpam()
                    .getConfig()
                    .get(0)
                    .getGateway();
            assertThat(inContainer("port", network))
                    .contains("ENDPOINT tcp://" + gateway + ":")
                    .contains(" by TLS");
        } finally {
            outer.removeNetworkCmd(network).exec();
        }
    }

    @Test
    void anInsecurePortIsRefusedBecauseOtherContainersWouldReachIt() throws InterruptedException {
        assertThat(inContainer("insecure-port"))
                .contains("REFUSED Tried to open an insecure port on the outer engine at unix://" + SOCKET)
                .contains(
                        "but this program runs in one of its containers, so plain text would have to leave its loopback"
                                + " address; use port(..), which is encrypted.");
    }

    @Test
    void aPortOfAnInnerContainerIsReached() throws InterruptedException {
        assertThat(inContainer("address")).contains("SAID hello");
    }

    @Test
    void aPortOfAnInnerContainerIsReachedByAJvmWithoutIpv6() {
        Map<String, String> withoutIpv6 = Map.of("JAVA_TOOL_OPTIONS", "-Djava.net.preferIPv4Stack=true");
        try (ChildJvm program = ChildJvm.start(withoutIpv6, SocketOnlyProgram.class, "address")) {
            assertThat(program.await("SAID")).isEqualTo("hello");
            assertThat(program.awaitEnd()).isZero();
        }
    }

    @Test
    void aUserWithoutAnAccountNeedsNoHomeFolder() throws Exception {
        Object group = Files.getAttribute(outerSocket(), "unix:gid");
        assertThat(inContainer("address", "bridge", "61874:" + group)).contains("SAID hello");
    }

    private static String inContainer(String argument) throws InterruptedException {
        return inContainer(argument, "bridge");
    }

    private static String inContainer(String argument, String network) throws InterruptedException {
        return inContainer(argument, network, "");
    }

    private static String inContainer(String argument, String network, String user) throws InterruptedException {
        Path socket = outerSocket();
        DockerClient outer = OuterTestEngine.client();
        String id = outer.createContainerCmd(IMAGE)
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .withEntrypoint(javaCommand(argument))
                .withUser(user)
                .withEnv("NESTED_DOCKER_IMAGE=" + OuterTestEngine.daemonImage())
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode(network).withBinds(binds(socket)))
                .exec()
                .getId();
        try {
            outer.startContainerCmd(id).exec();
            Log log = outer.logContainerCmd(id)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .exec(new Log());
            assertThat(log.awaitCompletion(3, TimeUnit.MINUTES))
                    .as("the end of the program, which wrote: %s", log.text)
                    .isTrue();
            return log.text.toString();
        } finally {
            OuterTestEngine.removeContainer(id);
        }
    }

    private static Path outerSocket() {
        assumeThat(OuterTestEngine.address())
                .as("the outer engine's address, which has to be a socket for a container to get no more than that")
                .startsWith("unix://");
        // The container runs this machine's JDK, with the class path of this test.
        OuterTestEngine.assumeSharedFolder();
        return Path.of(OuterTestEngine.address().substring("unix://".length()));
    }

    private static List<String> javaCommand(String argument) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(":", classPath().values()),
                SocketOnlyProgram.class.getName(),
                argument);
    }

    /** Returns the existing parts of the class path, with their paths in the container, which every user can read. */
    private static Map<String, String> classPath() {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : System.getProperty("java.class.path").split(":")) {
            if (Files.exists(Path.of(part))) {
                parts.put(
                        part,
                        "/class-path/" + parts.size() + "/" + Path.of(part).getFileName());
            }
        }
        return parts;
    }

    /** Returns the mounts: the socket, the JDK and Debian's folder for its settings, both at their own paths, and the class path. */
    private static List<Bind> binds(Path socket) {
        Set<String> paths = new LinkedHashSet<>(List.of(System.getProperty("java.home")));
        Path settings = Path.of(
                "/etc",
                Path.of(System.getProperty("java.home"))
                        .getFileName()
                        .toString()
                        .replaceFirst("^java-(\\d+)-openjdk.*", "java-$1-openjdk"));
        if (Files.isDirectory(settings)) {
            paths.add(settings.toString());
        }
        List<Bind> binds = new ArrayList<>(List.of(new Bind(socket.toString(), new Volume(SOCKET))));
        paths.stream()
                .filter(path -> Files.exists(Path.of(path)))
                .forEach(path -> binds.add(new Bind(path, new Volume(path), AccessMode.ro)));
        classPath().forEach((here, there) -> binds.add(new Bind(here, new Volume(there), AccessMode.ro)));
        return binds;
    }

    private static final class Log extends ResultCallback.Adapter<Frame> {

        private final StringBuffer text = new StringBuffer();

        @Override
        public void onNext(Frame frame) {
            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
        }
    }
}
