package io.nesteddocker.privilege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the privilege that is requested, the privilege that the outer engine grants, and what it allows. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class PrivilegeIT {

    /** Requests privilege, and prints what was granted; the library's warnings go to standard error. */
    static final class AsksForPrivilege {

        public static void main(String... arguments) {
            try (NestedDocker docker = NestedDocker.builder().privileged().start()) {
                System.out.println("GRANTED " + docker.engine().granted());
            }
        }
    }

    @Test
    void leastPrivilegeIsTheDefault() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(docker.engine().granted()).isEqualTo(Privilege.leastPrivilege());
        }
    }

    /** Tests outer engines that can't grant all capabilities: those before 23 whose own bounding set lacks a capability. */
    @Nested
    class WhereNotEveryCapabilityCanBeGranted {

        @BeforeAll
        static void askTheOuterEngine() {
            String answer = privilegedContainer();
            assumeThat(answer)
                    .as("the outer engine grants --privileged, and answered: %s", answer)
                    .contains("unable to apply caps");
        }

        @Test
        void privilegedFallsBackToLeastPrivilege() {
            try (NestedDocker docker = NestedDocker.builder().privileged().start()) {
                assertThat(docker.engine().granted()).isEqualTo(Privilege.leastPrivilege());
            }
        }

        @Test
        void theFallBackIsWarnedOf() {
            try (ChildJvm child = ChildJvm.start(AsksForPrivilege.class)) {
                assertThat(child.await("GRANTED")).isEqualTo("least privilege");
                child.awaitEnd();
                assertThat(child.output().lines().filter(line -> line.contains(" WARN ")))
                        .singleElement()
                        .asString()
                        .contains("cannot grant every capability")
                        .contains("least privilege instead of --privileged")
                        .contains("use privilege(Privilege.leastPrivilege())");
            }
        }

        @Test
        void strictPrivilegeIsRefusedInTheEnginesWords() {
            OuterEngineException refusal = catchThrowableOfType(
                    OuterEngineException.class,
                    () -> NestedDocker.builder().requirePrivileged().start().close());
            ErrorSentence.of(refusal)
                    .tried("start a privileged daemon container")
                    .on("on the outer engine at ")
                    .because("it cannot grant every capability")
                    .because("unable to apply caps")
                    .cure(
                            "use privileged(), which falls back to least privilege there, or privilege(Privilege.leastPrivilege())");
        }

        @Test
        void strictPrivilegeIsRefusedEachTime() {
            try (NestedDocker fellBack = NestedDocker.builder().privileged().start()) {
                assertThat(fellBack.engine().granted()).isEqualTo(Privilege.leastPrivilege());
            }
            assertThat(catchThrowableOfType(
                            OuterEngineException.class,
                            () -> NestedDocker.builder()
                                    .requirePrivileged()
                                    .start()
                                    .close()))
                    .isNotNull();
        }
    }

    /** Tests the usual work inside. */
    @Nested
    class WithLeastPrivilege {

        private static NestedDocker docker;

        @BeforeAll
        static void start() {
            docker =
                    NestedDocker.builder().privilege(Privilege.leastPrivilege()).start();
            TinyImage.into(docker);
        }

        @AfterAll
        static void close() {
            docker.close();
        }

        @Test
        void containersRun() {
            assertThat(InnerContainers.output(docker.client(), "echo", "inside"))
                    .isEqualTo("inside");
        }

        @Test
        void containersWithLimitsRun() {
            HostConfig limits = HostConfig.newHostConfig().withMemory(32L << 20).withPidsLimit(50L);
            // If the kernel lacks the controller of a limit, an engine only warns, but it refuses this limit.
            if (Boolean.TRUE.equals(docker.client().infoCmd().exec().getCpuCfsQuota())) {
                limits.withNanoCPUs(500_000_000L);
            }
            assertThat(InnerContainers.output(
                            docker.client(), request -> request.withHostConfig(limits), "echo", "limited"))
                    .isEqualTo("limited");
        }

        @Test
        void privilegedContainersRun() {
            assertThat(InnerContainers.output(
                            docker.client(),
                            request -> request.withHostConfig(
                                    HostConfig.newHostConfig().withPrivileged(true)),
                            "sh",
                            "-c",
                            "mkdir -p /mnt && mount -t tmpfs none /mnt && echo mounted"))
                    .isEqualTo("mounted");
        }

        @Test
        void imagesAreBuilt(@TempDir Path context) throws IOException {
            Files.writeString(context.resolve("Dockerfile"), "FROM " + TinyImage.NAME + "\nRUN echo built >/result\n");
            docker.client()
                    .buildImageCmd(context.toFile())
                    .withTags(Set.of("built:1"))
                    .exec(new BuildImageResultCallback())
                    .awaitImageId();
            assertThat(InnerContainers.output(
                            docker.client(), request -> request.withImage("built:1"), "cat", "/result"))
                    .isEqualTo("built");
        }

        @Test
        void containersFindEachOtherByNameOnANetwork() {
            docker.client().createNetworkCmd().withName("inner").exec();
            HostConfig onTheNetwork = HostConfig.newHostConfig().withNetworkMode("inner");
            String server = InnerContainers.start(
                    docker.client(),
                    request -> request.withHostConfig(onTheNetwork).withName("server"),
                    "sh",
                    "-c",
                    "while :; do echo hello | nc -l -p 80; done");
            try {
                assertThat(InnerContainers.output(
                                docker.client(),
                                request -> request.withHostConfig(onTheNetwork),
                                "sh",
                                "-c",
                                "for i in 1 2 3 4 5; do nc -w 2 server 80 </dev/null && break; sleep 1; done"))
                        .isEqualTo("hello");
            } finally {
                docker.client().removeContainerCmd(server).withForce(true).exec();
                docker.client().removeNetworkCmd("inner").exec();
            }
        }

        @Test
        void commandsOfAnotherUserRunInAContainer() {
            String sleeper = InnerContainers.startSleeper(docker.client(), request -> request.withUser("1000:1000"));
            try {
                assertThat(InnerContainers.exec(docker.client(), sleeper, "id", "-u"))
                        .isEqualTo("1000");
            } finally {
                docker.client().removeContainerCmd(sleeper).withForce(true).exec();
            }
        }

        @Test
        void theOuterHostsDevicesAreNotThere() {
            assertThat(docker.exec("sh", "-c", "ls /dev/sd* /dev/vd* /dev/nvme* /dev/mem /dev/kmsg 2>/dev/null")
                            .stdout())
                    .isEmpty();
        }

        @Test
        void itHasFewerCapabilitiesThanThereAre() {
            ExecResult effective = docker.exec("sed", "-n", "s/^CapEff:[[:space:]]*//p", "/proc/1/status");
            assertThat(Long.bitCount(Long.parseUnsignedLong(effective.stdout().strip(), 16)))
                    .isEqualTo(17);
        }
    }

    /** Starts a privileged container, and returns the error of the outer engine, or an empty text if there is none. */
    private static String privilegedContainer() {
        String id = OuterTestEngine.client()
                .createContainerCmd(TinyImage.NAME)
                .withCmd("true")
                .withHostConfig(HostConfig.newHostConfig().withPrivileged(true))
                .exec()
                .getId();
        try {
            OuterTestEngine.client().startContainerCmd(id).exec();
            return "";
        } catch (DockerException e) {
            return e.getMessage();
        } finally {
            OuterTestEngine.removeContainer(id);
        }
    }
}
