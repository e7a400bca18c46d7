package io.nesteddocker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.PodmanEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests Podman 5 as the outer engine. */
@Timeout(240)
@ExtendWith(LeakCheck.class)
class PodmanIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The tests for each user who can run Podman. */
    @TestInstance(Lifecycle.PER_CLASS)
    abstract static class Works {

        private final PodmanEngine.Kind kind;
        private PodmanEngine podman;
        private NestedDocker docker;

        Works(PodmanEngine.Kind kind) {
            this.kind = kind;
        }

        @BeforeAll
        void start(@TempDir Path folder) {
            podman = PodmanEngine.start(kind, folder);
            podman.give(OuterTestEngine.daemonImage());
            podman.give(TinyImage.NAME);
            docker = daemon().images(TinyImage.NAME).start();
        }

        @AfterAll
        void close() {
            if (docker != null) {
                docker.close();
            }
            if (podman != null) {
                podman.close();
            }
        }

        NestedDockerBuilder daemon() {
            return NestedDocker.builder().outer(podman.address());
        }

        @Test
        void leastPrivilegeIsGranted() {
            assertThat(docker.engine().granted()).isEqualTo(Privilege.leastPrivilege());
        }

        @Test
        void containersRun() {
            assertThat(InnerContainers.output(docker.client(), "echo", "inside"))
                    .isEqualTo("inside");
        }

        @Test
        void portsOfContainersAreReached() throws IOException {
            assertThat(InnerContainers.reachedByAddress(docker)).isEqualTo("reached");
        }

        @Test
        void theDaemonRestarts() {
            docker.restart();
            assertThat(InnerContainers.output(docker.client(), "echo", "again")).isEqualTo("again");
        }

        @Test
        void nothingIsLeftOfAClosedDaemon() {
            Set<String> before = podman.leftovers();
            daemon().start().close();
            assertThat(Eventually.value(PATIENCE, podman::leftovers, before::equals))
                    .isEqualTo(before);
        }

        @Test
        void nothingIsLeftAfterSigkill() {
            Set<String> before = podman.leftovers();
            try (ChildJvm child =
                    ChildJvm.start(PodmanProgram.class, podman.address().toString())) {
                child.await("READY");
                assertThat(podman.leftovers()).hasSizeGreaterThan(before.size());
                child.signal("KILL");
                assertThat(Eventually.value(PATIENCE, podman::leftovers, before::equals))
                        .as(child::output)
                        .isEqualTo(before);
            }
        }
    }

    @Nested
    class RunByRoot extends Works {

        RunByRoot() {
            super(PodmanEngine.Kind.ROOT);
        }

        @Test
        void aFolderIsSharedWhereThatIsAskedFor() {
            try (NestedDocker direct =
                    daemon().connection(ConnectionMode.DIRECT).start()) {
                assertThat(direct.engine().connection()).isEqualTo(ConnectionMode.DIRECT);
            }
        }
    }

    @Nested
    class RunByAnotherUser extends Works {

        RunByAnotherUser() {
            super(PodmanEngine.Kind.ROOTLESS);
        }
    }

    @Test
    void withoutRootOnCgroupVersion1APodmanIsRefusedBeforeAnythingIsCreated(@TempDir Path folder) {
        String version = String.valueOf(
                OuterTestEngine.client().infoCmd().exec().getRawValues().get("CgroupVersion"));
        assumeThat(version).as("the cgroup version of the outer engine").isEqualTo("1");
        try (PodmanEngine podman = PodmanEngine.start(PodmanEngine.Kind.ROOTLESS_ON_CGROUP_1, folder)) {
            ErrorSentence.of(catchThrowableOfType(
                            OuterEngineException.class,
                            () -> NestedDocker.builder()
                                    .outer(podman.address())
                                    .start()
                                    .close()))
                    .tried("start a daemon container")
                    .on("on the outer engine at " + podman.address())
                    .because("it is Podman without root on cgroup v1")
                    .because("only root can make the cgroups that inner containers need")
                    .cure("start its machine with cgroup v2, or use Podman or Docker that runs as root");
            assertThat(podman.leftovers()).isEmpty();
        }
    }
}
