package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a pool, which starts daemons before they are needed. */
@ExtendWith(LeakCheck.class)
class NestedDockerPoolIT {

    private static final NestedDockerSpec SPEC = NestedDocker.builder().spec();

    @Test
    void aDaemonThatComesBackIsResetAndGivenToTheNext() {
        try (NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).warm(0).maxSize(1).build()) {
            String first;
            try (Lease lease = pool.lease()) {
                first = lease.docker().name();
                TinyImage.into(lease.docker());
                InnerContainers.startSleeper(lease.docker().client(), request -> request.withName("left-behind"));
            }
            try (Lease lease = pool.lease()) {
                assertThat(lease.docker().name()).isEqualTo(first);
                assertThat(lease.docker()
                                .client()
                                .listContainersCmd()
                                .withShowAll(true)
                                .exec())
                        .isEmpty();
                assertThat(lease.docker().client().listImagesCmd().exec()).isEmpty();
            }
        }
    }

    @Test
    void aDaemonThatCannotBeResetIsReplaced() {
        try (NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).warm(0).maxSize(1).build()) {
            NestedDocker spoilt;
            try (Lease lease = pool.lease()) {
                spoilt = lease.docker();
                spoilt.exec("sh", "-c", "mkdir -p /etc/docker && echo '{}' >/etc/docker/daemon.json");
            }
            try (Lease lease = pool.lease()) {
                assertThat(lease.docker().name()).isNotEqualTo(spoilt.name());
                assertThat(OuterTestEngine.hasContainer(spoilt.daemonContainerId()))
                        .isFalse();
            }
        }
    }

    @Test
    void whoWantsAnUnusedDaemonGetsOneAndItIsNotUsedAgain() {
        try (NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).warm(1).maxSize(2).build()) {
            Set<String> names = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 3; i++) {
                try (Lease lease = pool.leaseFresh()) {
                    names.add(lease.docker().name());
                    lease.docker().client().createVolumeCmd().withName("mine").exec();
                    assertThat(lease.docker().client().listVolumesCmd().exec().getVolumes())
                            .hasSize(1);
                }
            }
            assertThat(names).hasSize(3);
        }
    }

    @Test
    void thereAreNeverMoreThanWereAllowedAndOthersWait() {
        Set<String> names = ConcurrentHashMap.newKeySet();
        try (NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).warm(2).maxSize(2).build()) {
            List<CompletableFuture<Void>> users = IntStream.range(0, 6)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> {
                        try (Lease lease = pool.lease()) {
                            names.add(lease.docker().name());
                            lease.docker()
                                    .client()
                                    .createNetworkCmd()
                                    .withName("mine")
                                    .exec();
                        }
                    }))
                    .toList();
            users.forEach(CompletableFuture::join);
        }
        assertThat(names).hasSizeBetween(1, 2);
    }

    @Test
    void closingEndsTakenAndWaitingDaemonsAndALeaseIsOverOnce() {
        NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).warm(1).maxSize(2).build();
        Lease taken = pool.lease();
        NestedDocker docker = taken.docker();
        Eventually.await(
                Duration.ofSeconds(20),
                "a second daemon waits",
                () -> OuterTestEngine.leftoversOf(ProcessHandle.current().pid()).stream()
                                .filter(found -> found.startsWith("container"))
                                .collect(Collectors.toSet())
                                .size()
                        == 2);

        pool.close();
        taken.close();
        taken.close();

        assertThat(OuterTestEngine.hasContainer(docker.daemonContainerId())).isFalse();
        ErrorSentence.of(catchThrowable(taken::docker))
                .tried("use the daemon")
                .on(docker.name())
                .because("its lease is over")
                .cure("take another");
    }
}
