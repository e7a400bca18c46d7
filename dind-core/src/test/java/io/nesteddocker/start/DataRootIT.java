package io.nesteddocker.start;

import static io.nesteddocker.testing.InnerContainers.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests where the inner engine stores its data, and how long the data exists. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class DataRootIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String volume = "it-data-root-" + UUID.randomUUID();

    @AfterEach
    void removeVolume() {
        OuterTestEngine.removeVolume(volume);
    }

    @Test
    void aVolumeKeepsImagesForTheNextDaemon() {
        try (NestedDocker first = startOnVolume()) {
            TinyImage.into(first);
        }
        try (NestedDocker second = startOnVolume()) {
            assertThat(output(second.client(), "echo", "still here")).isEqualTo("still here");
        }
    }

    @Test
    void aVolumeKeepsContainersForTheNextDaemon() {
        String container;
        try (NestedDocker first = startOnVolume()) {
            TinyImage.into(first);
            container = InnerContainers.startSleeper(first.client(), request -> request);
        }
        try (NestedDocker second = startOnVolume()) {
            second.client().startContainerCmd(container).exec();
            assertThat(second.client()
                            .inspectContainerCmd(container)
                            .exec()
                            .getState()
                            .getRunning())
                    .isTrue();
        }
    }

    @Test
    void aVolumeStaysWhenTheDaemonIsClosed() {
        startOnVolume().close();
        assertThat(OuterTestEngine.hasVolume(volume)).isTrue();
    }

    @Test
    void aVolumeInUseIsRefused() {
        try (NestedDocker first = startOnVolume()) {
            assertThatThrownBy(this::startOnVolume)
                    .isInstanceOf(OuterEngineException.class)
                    .hasMessageContaining(first.name());
        }
    }

    @Test
    void ofManyThatWantAVolumeAtOnceOneHasIt() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<NestedDocker>> starts = threads.invokeAll(Collections.nCopies(4, this::startOnVolume));
        threads.shutdown();
        List<NestedDocker> started = new ArrayList<>();
        List<Throwable> refused = new ArrayList<>();
        for (Future<NestedDocker> start : starts) {
            try {
                started.add(start.get());
            } catch (ExecutionException e) {
                refused.add(e.getCause());
            }
        }
        started.forEach(NestedDocker::close);
        assertThat(started).hasSize(1);
        String winner = started.get(0).name();
        assertThat(refused)
                .hasSize(starts.size() - 1)
                .allSatisfy(refusal -> assertThat(refusal)
                        .isInstanceOf(OuterEngineException.class)
                        .hasMessageContaining("two daemons would destroy each other's data")
                        .message()
                        .doesNotContain("docker rm -fv")
                        .containsAnyOf(
                                "the running container " + winner + " uses it",
                                "another daemon is being started on it at the same time",
                                "which was created for another daemon on it, was not started in time"));
    }

    @Test
    void aVolumeIsOfUseAfterTheDaemonContainerWasKilled() {
        try (NestedDocker first = startOnVolume()) {
            TinyImage.into(first);
            InnerContainers.startSleeper(first.client(), request -> request);
            OuterTestEngine.client().killContainerCmd(first.daemonContainerId()).exec();
            assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(first.daemonContainerId())))
                    .isTrue();
        }
        try (NestedDocker second = startOnVolume()) {
            assertThat(output(second.client(), "echo", "recovered")).isEqualTo("recovered");
        }
    }

    @Test
    void innerContainersGetTheirTimeToEndAlsoIfAnInterruptComes() {
        HostConfig withVolume = HostConfig.newHostConfig().withBinds(Bind.parse("notes:/notes"));
        try (NestedDocker first = NestedDocker.builder()
                .dataRoot(DataRoot.volume(volume))
                .stopTimeout(Duration.ofSeconds(20))
                .start()) {
            TinyImage.into(first);
            String slow = InnerContainers.start(
                    first.client(),
                    request -> request.withHostConfig(withVolume),
                    "sh",
                    "-c",
                    "trap 'sleep 3; echo in order > /notes/end; exit 0' TERM; echo awake; while :; do sleep 1; done");
            Eventually.await(
                    PATIENCE,
                    "the inner container waits for the signal",
                    () -> InnerContainers.log(first.client(), slow).contains("awake"));
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(Thread.currentThread()::interrupt);
        }
        assertThat(Thread.interrupted()).as("interrupted while it was closed").isTrue();
        try (NestedDocker second = startOnVolume()) {
            assertThat(output(second.client(), request -> request.withHostConfig(withVolume), "cat", "/notes/end"))
                    .isEqualTo("in order");
        }
    }

    @Test
    void memoryIsAFileSystemInMemory() {
        try (NestedDocker docker = startInMemory()) {
            assertThat(docker.exec("cat", "/proc/mounts").stdout().lines())
                    .anyMatch(line -> line.startsWith("tmpfs /var/lib/docker ") && line.contains("size=262144k"));
        }
    }

    @Test
    void memoryRunsContainers() {
        try (NestedDocker docker = startInMemory()) {
            TinyImage.into(docker);
            assertThat(output(docker.client(), "echo", "from memory")).isEqualTo("from memory");
        }
    }

    @Test
    void memoryNeedsNoVolume() {
        try (NestedDocker docker = startInMemory()) {
            assertThat(OuterTestEngine.volumesOf(docker.daemonContainerId())).isEmpty();
        }
    }

    @Test
    void anAnonymousVolumeIsOneVolume() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(OuterTestEngine.volumesOf(docker.daemonContainerId())).hasSize(1);
        }
    }

    private NestedDocker startOnVolume() {
        return NestedDocker.builder().dataRoot(DataRoot.volume(volume)).start();
    }

    private static NestedDocker startInMemory() {
        return NestedDocker.builder().dataRoot(DataRoot.memory("256m")).start();
    }
}
