package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TcpOnlyEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a container that uses a daemon beside it, on an engine that the program reaches only by TLS, as on another machine. */
@Timeout(300)
@ExtendWith(LeakCheck.class)
class RemoteNeighbourIT {

    private static TcpOnlyEngine farEngine;
    private static ChildJvm program;

    @BeforeAll
    static void start() {
        farEngine = TcpOnlyEngine.with(OuterTestEngine.daemonImage(), NeighbourProgram.class);
        program = farEngine.program();
        program.await("DONE");
    }

    @AfterAll
    static void stop() {
        if (farEngine != null) {
            farEngine.close();
        }
    }

    @Test
    void theProgramItselfUsesTheTunnel() {
        assertThat(program.await("LINK")).isEqualTo("TUNNEL");
    }

    @Test
    void aNeighbourWithCopiedFilesRunsContainersInTheDaemon() {
        assertThat(program.await("FILES")).isEqualTo("hello");
    }

    @Test
    void aNeighbourThatIsNotRootUsesTheVolume() {
        assertThat(program.await("VOLUME")).isEqualTo("hello");
    }

    @Test
    void aNeighbourWithoutACertificateIsRefused() {
        assertThat(program.await("WITHOUT")).containsAnyOf("certificate required", "bad certificate");
    }

    @Test
    void noVolumeWithAKeyIsLeftOnTheFarEngine() {
        assertThat(program.awaitEnd()).isZero();
        assertThat(farEngine.client().listVolumesCmd().exec().getVolumes())
                .extracting(InspectVolumeResponse::getName)
                .noneMatch(name -> name.startsWith("nested-docker-keys-"));
    }
}
