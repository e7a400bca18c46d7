package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.Endpoint.ClientConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.nesting.FiveLevelsProgram;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.DockerTools;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.TwoServices;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An outer engine with a network, files and processes of its own, reached by TCP with TLS as one on another machine is: by variables, and
 * through nothing else.
 */
@Timeout(300)
@ExtendWith(LeakCheck.class)
class TlsOuterIT {

    /** Five take twice as long; three are as many kinds: next to the far engine, in between, and innermost. */
    private static final int LEVELS = Integer.getInteger("nested-docker.remote.levels", 3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private static Path folder;

    private static NestedDocker farEngine;
    private static ChildJvm program;

    @BeforeAll
    static void start() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        farEngine = NestedDocker.builder()
                .images(FiveLevelsProgram.smallImage(), TinyImage.NAME)
                .port(0)
                .start();
        program = ChildJvm.start(environment(), RemoteProgram.class, String.valueOf(LEVELS));
        program.await("CONFIG", PATIENCE);
    }

    @AfterAll
    static void stop() {
        try {
            if (program != null) {
                program.close();
            }
        } finally {
            if (farEngine != null) {
                farEngine.close();
            }
        }
    }

    @Test
    void eachLevelIsReachedThroughTheTunnel() {
        assertThat(said("LINK")).isEqualTo(Collections.nCopies(LEVELS, "TUNNEL"));
    }

    @Test
    void eachLevelRunsContainers() {
        assertThat(said("OUTPUT")).isEqualTo(Collections.nCopies(LEVELS, "hello"));
    }

    @Test
    void aPortInEachLevelIsReached() {
        assertThat(said("PORT")).isEqualTo(Collections.nCopies(LEVELS, "from a port"));
    }

    @Test
    void bulkArrivesUnharmedFromEachLevel() {
        CRC32 sum = new CRC32();
        sum.update(new byte[RemoteProgram.BULK]);
        assertThat(said("BULK")).hasSize(LEVELS).containsOnly(String.valueOf(sum.getValue()));
    }

    @Test
    void composeBringsUpTwoServicesThatTheProgramReaches() throws IOException {
        ClientConfig config = new ClientConfig(Path.of(program.await("CONFIG")), "nested-docker");
        try (TwoServices pair =
                TwoServices.up(DockerTools.in(Files.createDirectory(folder.resolve("compose"))), config, folder)) {
            assertThat(pair.published()).startsWith("127.0.0.1:");
            program.say("address " + TwoServices.FRONT + " " + TwoServices.PORT);
            int port = Integer.parseInt(program.await("ADDRESS"));
            assertThat(Sockets.read(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .isEqualTo(TwoServices.ANSWER);
        }
    }

    @Test
    void buildxBuildsAnImageThere() throws IOException {
        ClientConfig config = new ClientConfig(Path.of(program.await("CONFIG")), "nested-docker");
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + TinyImage.NAME + "\nRUN echo far away >/where\n");
        DockerTools tools = DockerTools.in(Files.createDirectory(folder.resolve("buildx")));
        tools.run(config, "buildx", "build", "--tag", "built:far-away", context.toString());
        assertThat(tools.run(config, "run", "--rm", "built:far-away", "cat", "/where"))
                .contains("far away");
    }

    private static List<String> said(String word) {
        return program.output()
                .lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .toList();
    }

    /**
     * The program takes the engine for one on another kernel, with which no folder can be shared; and it may compile as it likes, because
     * encryption takes many times as long with the quick compiler of {@link ChildJvm}.
     */
    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(farEngine.endpoint().environment());
        environment.put("NESTED_DOCKER_IMAGE", FiveLevelsProgram.smallImage());
        environment.put("_JAVA_OPTIONS", "-Dos.version=another -XX:TieredStopAtLevel=4");
        return environment;
    }
}
