package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** On an engine that this program reaches only by TLS, as if on another machine, a container uses the daemon beside it. */
@Timeout(300)
@ExtendWith(LeakCheck.class)
class RemoteNeighbourIT {

    private static NestedDocker farEngine;
    private static ChildJvm program;

    @BeforeAll
    static void start() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        farEngine = NestedDocker.builder()
                .images(OuterTestEngine.daemonImage(), TinyImage.NAME)
                .port(0)
                .start();
        Map<String, String> environment = new HashMap<>(farEngine.endpoint().environment());
        environment.put("NESTED_DOCKER_IMAGE", OuterTestEngine.daemonImage());
        environment.put("_JAVA_OPTIONS", "-Dos.version=another -XX:TieredStopAtLevel=4");
        program = ChildJvm.start(environment, NeighbourProgram.class);
        program.await("DONE");
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
