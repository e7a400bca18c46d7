package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.Endpoint.ClientConfig;
import io.nesteddocker.nesting.FiveLevelsProgram;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.DockerTools;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TcpOnlyEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.TwoServices;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests an outer engine with its own network, files and processes. The program reaches it only by TCP with TLS, with the settings from
 * environment variables, as it would reach an engine on another machine.
 */
@Timeout(300)
@ExtendWith(LeakCheck.class)
class TlsOuterIT {

    /** The number of levels. Three cover all cases: next to the remote engine, in between, and innermost. Five take twice as long. */
    private static final int LEVELS = Integer.getInteger("nested-docker.remote.levels", 3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private static Path folder;

    private static TcpOnlyEngine farEngine;
    private static ChildJvm program;

    @BeforeAll
    static void start() {
        farEngine = TcpOnlyEngine.with(FiveLevelsProgram.smallImage(), RemoteProgram.class, String.valueOf(LEVELS));
        program = farEngine.program();
        program.await("CONFIG", PATIENCE);
    }

    @AfterAll
    static void stop() {
        if (farEngine != null) {
            farEngine.close();
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
}
