package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.StartupException;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TarBall;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that a failed start reports its phase and leaves nothing; {@link LeakCheck} checks the latter after each test. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class StartFailureIT {

    private static final int INTERRUPTS = 20;
    private static final int INTERRUPT_STEP_MILLIS = 45;

    @Test
    void anInterruptAtAnyMomentEndsTheStartOrComesTooLate() throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < INTERRUPTS; i++) {
            outcomes.add(startAndInterruptAfter(i * INTERRUPT_STEP_MILLIS));
        }
        System.out.println("Interrupted starts: " + outcomes);
        assertThat(outcomes).allMatch(outcome -> outcome.matches("(CONNECT|IMAGE|CREATE|START|READY)|too late"));
        assertThat(outcomes).anyMatch(outcome -> !outcome.equals("too late"));
    }

    /** Returns the phase in which the interrupt ended the start, or another outcome. */
    private static String startAndInterruptAfter(int millis) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<NestedDocker> started = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            try {
                started.set(NestedDocker.builder().start());
            } catch (Throwable e) {
                failure.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        Eventually.sleep(millis);
        thread.interrupt();
        thread.join();
        if (started.get() != null) {
            started.get().close();
            return "too late";
        }
        if (!(failure.get() instanceof StartupException ended)) {
            return "after " + millis + " ms: " + failure.get();
        }
        if (!(ended.getCause() instanceof InterruptedException)) {
            return "after " + millis + " ms the cause was " + ended.getCause();
        }
        return flag.get() ? ended.phase().name() : "after " + millis + " ms the flag was not set";
    }

    @Test
    void anApiVersionAboveTheEnginesOwnIsRefusedWithItsReason() {
        int minor;
        try (NestedDocker docker = NestedDocker.builder().start()) {
            minor = Integer.parseInt(docker.engine().apiVersion().substring("1.".length()));
        }
        // Engine 25 has version 1.44, and older ones ignore the option.
        assumeThat(minor).as("the minor number of the engine's API version").isBetween(44, 51);

        assertThatThrownBy(() ->
                        NestedDocker.builder().minimumApiVersion("1.52").start().close())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("DOCKER_MIN_API_VERSION");
    }

    @Test
    void aThreadThatIsInterruptedAlreadyDoesNotStart() {
        Thread.currentThread().interrupt();
        Throwable failure = catchThrowable(() -> NestedDocker.builder().start());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the thread was interrupted")
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aStartupTimeoutAtAnyMomentEndsTheStart() {
        List<String> outcomes = new ArrayList<>();
        for (int millis = 1; millis < 400; millis += 40) {
            try {
                NestedDocker.builder()
                        .startupTimeout(Duration.ofMillis(millis))
                        .start()
                        .close();
                outcomes.add("in time");
            } catch (StartupException e) {
                outcomes.add(e.phase().name());
            }
        }
        System.out.println("Timed out starts: " + outcomes);
        assertThat(outcomes).first().isNotEqualTo("in time");
    }

    @Test
    void connectFailsWithoutAnOuterEngine() {
        assertThatThrownBy(() -> NestedDocker.builder()
                        .outer(URI.create("unix:///nonexistent/docker.sock"))
                        .start())
                .isInstanceOf(NoOuterEngineException.class);
    }

    @Test
    void imageFailsWithoutTheImage() {
        assertThatThrownBy(() -> NestedDocker.builder()
                        .image("127.0.0.1:1/no/such:image")
                        .start())
                .isExactlyInstanceOf(OuterEngineException.class)
                .hasMessageContaining("127.0.0.1:1/no/such:image");
    }

    @Test
    void createFailsWithANameThatIsInUse() {
        try (NestedDocker first = NestedDocker.builder().start()) {
            assertThatThrownBy(() -> NestedDocker.builder().name(first.name()).start())
                    .isExactlyInstanceOf(OuterEngineException.class)
                    .hasMessageContaining(first.name());
        }
    }

    @Test
    void ofTwoStartsWithOneNameOneFails() {
        String name = "it-one-name-" + OuterTestEngine.thisJvm();
        assertThat(startTwo(NestedDocker.builder().name(name)))
                .hasSize(1)
                .allMatch(OuterEngineException.class::isInstance);
    }

    @Test
    void createFailsWithMoreProcessorsThanThereAre() {
        assertThatThrownBy(() -> NestedDocker.builder().cpus(5_000).start())
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining("Tried to create the daemon container");
    }

    @Test
    void startFailsWithoutAShellInTheImage() throws Exception {
        String image = "nested-docker-test:no-shell-" + OuterTestEngine.thisJvm();
        OuterTestEngine.client()
                .buildImageCmd(TarBall.of("Dockerfile", "FROM scratch\nCOPY Dockerfile /usr/bin/dockerd\n"))
                .withTags(Set.of(image))
                .exec(new BuildImageResultCallback())
                .awaitImageId(60, TimeUnit.SECONDS);
        try {
            assertThatThrownBy(() -> NestedDocker.builder().image(image).start())
                    .isInstanceOf(OuterEngineException.class)
                    .hasMessageContaining("no shell");
        } finally {
            OuterTestEngine.client().removeImageCmd(image).withForce(true).exec();
        }
    }

    @Test
    void ofTwoStartsOnOnePortOneFails() throws IOException {
        OuterTestEngine.assumePublishedPortsAreReachable();
        assertThat(startTwo(NestedDocker.builder().port(freePort())))
                .hasSize(1)
                .allMatch(OuterEngineException.class::isInstance);
    }

    @Test
    void readyFailsWithAFlagThatDockerdDoesNotKnow() {
        StartupException failure = catchThrowableOfType(
                StartupException.class,
                () -> NestedDocker.builder().daemonArgs("--no-such-flag").start());
        assertThat(failure.phase()).isEqualTo(StartupPhase.READY);
    }

    @Test
    void readyFailsInAnImageWithoutDockerd() {
        StartupException failure = catchThrowableOfType(
                StartupException.class,
                () -> NestedDocker.builder().image(TinyImage.NAME).start());
        assertThat(failure.phase()).isEqualTo(StartupPhase.READY);
    }

    @Test
    void aFailedStartTellsHowLongItsPhasesTook() {
        StartupException failure = catchThrowableOfType(
                StartupException.class,
                () -> NestedDocker.builder().daemonArgs("--no-such-flag").start());
        assertThat(failure.diagnostics().phaseTimings()).containsOnlyKeys(StartupPhase.values());
    }

    private static List<Throwable> startTwo(NestedDockerBuilder builder) {
        NestedDockerSpec spec = builder.spec();
        List<CompletableFuture<NestedDocker>> starts = List.of(
                CompletableFuture.supplyAsync(() -> NestedDocker.start(spec)),
                CompletableFuture.supplyAsync(() -> NestedDocker.start(spec)));
        List<Throwable> failures = new ArrayList<>();
        // Wait for both starts: closing one daemon would let the other start succeed.
        starts.forEach(start -> start.handle((docker, failure) -> failure).join());
        for (CompletableFuture<NestedDocker> start : starts) {
            try {
                start.join().close();
            } catch (CompletionException e) {
                failures.add(e.getCause());
            }
        }
        return failures;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
