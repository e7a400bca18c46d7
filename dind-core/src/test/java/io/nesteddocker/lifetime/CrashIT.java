package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that nothing is left of a program that ended without closing its daemon.
 *
 * <p>On an idle machine, everything is removed within three seconds. The tests wait longer, for busy machines, and print the duration.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class CrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void nothingIsLeftAfterSigkill() {
        assertNothingIsLeftAfter("SIGKILL", "up", child -> child.signal("KILL"));
    }

    @Test
    void nothingIsLeftAfterSigkillWithATlsPortAndKeyFiles() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        assertNothingIsLeftAfter("SIGKILL, TLS", "up-tls", child -> {
            Path files = Path.of(child.await("FILES"));
            assertThat(files.resolve("key.pem")).exists();
            child.signal("KILL");
        });
    }

    @Test
    void nothingIsLeftAfterSigterm() {
        assertNothingIsLeftAfter("SIGTERM", "up", child -> child.signal("TERM"));
    }

    @Test
    void nothingIsLeftAfterCtrlC() {
        assertNothingIsLeftAfter("Ctrl-C", "up", child -> {
            assumeThat(ignoredSignals(child).testBit(1))
                    .as(
                            "whether the child JVM ignores SIGINT (SigIgn in its /proc/PID/status), as programs in the background of a"
                                    + " shell script do")
                    .isFalse();
            child.signal("INT");
        });
    }

    @Test
    void nothingIsLeftAfterSystemExit() {
        assertNothingIsLeftAfter("System.exit", "up", child -> child.say("exit"));
    }

    @Test
    void nothingIsLeftAfterSystemExitWithATlsPortAndKeyFiles() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        assertNothingIsLeftAfter("System.exit, TLS", "up-tls", child -> child.say("exit"));
    }

    @Test
    void nothingIsLeftAfterAnExceptionThatNobodyCatches() {
        assertNothingIsLeftAfter("uncaught exception", "up", child -> child.say("throw"));
    }

    @Test
    void nothingIsLeftAfterMainReturned() {
        assertNothingIsLeftAfter("main returned", "up", child -> child.say("return"));
    }

    @Test
    void anUnclosedDaemonDoesNotChangeTheExitCode() {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "start")) {
            child.await("READY");
            child.say("exit");
            assertThat(child.awaitEnd()).isEqualTo(3);
        }
    }

    @Test
    void anUnclosedDaemonDoesNotKeepTheProgramAlive() {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "start")) {
            child.await("READY");
            child.say("return");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    private static void assertNothingIsLeftAfter(String way, String mode, Consumer<ChildJvm> end) {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, mode)) {
            child.await("READY");
            String container = child.await("CONTAINER");
            List<String> volumes = OuterTestEngine.volumesOf(container);
            assertThat(OuterTestEngine.leftoversOf(child.pid()))
                    .as("what there is to leave behind")
                    .anyMatch(thing -> thing.startsWith("container"))
                    .anyMatch(thing -> thing.startsWith("volume"))
                    .anyMatch(thing -> thing.startsWith("file"));
            long begin = System.nanoTime();
            end.accept(child);
            Set<String> left = Eventually.value(PATIENCE, () -> OuterTestEngine.leftoversOf(child.pid()), Set::isEmpty);
            System.out.printf("%s: everything gone after %d ms%n", way, (System.nanoTime() - begin) / 1_000_000);
            assertThat(left).as(child::output).isEmpty();
            assertThat(volumes).isNotEmpty().noneMatch(OuterTestEngine::hasVolume);
        }
    }

    private static BigInteger ignoredSignals(ChildJvm child) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(child.pid()), "status")).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .map(line ->
                            new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
                    .findFirst()
                    .orElse(BigInteger.ZERO);
        } catch (IOException e) {
            return BigInteger.ZERO;
        }
    }
}
