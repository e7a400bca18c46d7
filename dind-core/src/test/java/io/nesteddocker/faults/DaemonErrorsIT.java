package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StartupException;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.UnusualImages;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the error messages if the inner engine does not start. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class DaemonErrorsIT {

    /** A dockerd that fails as {@code FAULT} says. It uses {@code exec} because the start script watches this process. */
    private static final String FAULTY_DOCKERD = """
            #!/bin/sh
            case $FAULT in
                killed) echo 'Starting up' >&2; kill -KILL $$ ;;
                silent) echo 'Starting up' >&2; exec sleep 600 ;;
                mute) exit 3 ;;
                greedy) exec tail /dev/zero ;;
            esac
            exec /usr/sbin/dockerd "$@"
            """;

    private static String faultyImage;

    @BeforeAll
    static void makeTheFaultyImage() {
        faultyImage = UnusualImages.withProgram(DaemonImage.defaultImage().reference(), "dockerd", FAULTY_DOCKERD);
    }

    @AfterAll
    static void removeTheFaultyImage() {
        UnusualImages.remove(faultyImage);
    }

    @Test
    void aFlagThatDockerdDoesNotKnowIsQuotedInItsOwnWords() {
        ErrorSentence.of(failure(NestedDocker.builder().daemonArgs("--no-such-flag")))
                .tried("start the daemon container")
                .on(DaemonImage.defaultImage().reference())
                .because("unknown flag: --no-such-flag")
                .cure("correct the flag in daemonArgs(..)");
    }

    @Test
    void aValueThatDockerdRejectsIsQuotedInItsOwnWords() {
        ErrorSentence.of(failure(NestedDocker.builder().daemonArgs("--mtu=plenty")))
                .tried("start the daemon container")
                .on(DaemonImage.defaultImage().reference())
                .because("invalid argument")
                .because("plenty")
                .cure("correct the flag in daemonArgs(..)");
    }

    /** The flags are valid, so dockerd begins to start before it finds that it can't apply this one. */
    @Test
    void aSettingThatDockerdCanNotCarryOutIsQuotedInItsOwnWords() {
        ErrorSentence.of(failure(NestedDocker.builder().daemonArgs("--default-runtime=nothing")))
                .tried("start the daemon container")
                .on(DaemonImage.defaultImage().reference())
                .because("specified default runtime")
                .because("does not exist")
                .cure("What to do: ");
    }

    @Test
    void aDataRootOnOverlayIsRefused() {
        ErrorSentence.of(failure(NestedDocker.builder().daemonArgs("--data-root=/somewhere")))
                .tried("start the daemon container")
                .on(DaemonImage.defaultImage().reference())
                .because("the data root /somewhere is on overlay")
                .cure("keep the data root on a volume");
    }

    @Test
    void aDockerdThatIsKilledDuringItsStartIsToldByTheSignal() {
        ErrorSentence.of(failure(faulty("killed")))
                .tried("start the daemon container")
                .on(faultyImage)
                .because("dockerd was ended by signal 9 before it answered")
                .cure("What to do: ");
    }

    @Test
    void aDockerdThatEndsWithoutAWordIsToldByItsStatus() {
        ErrorSentence.of(failure(faulty("mute")))
                .tried("start the daemon container")
                .on(faultyImage)
                .because("dockerd ended with status 3 before it answered")
                .cure("What to do: ");
    }

    @Test
    void aDockerdThatTheKernelKillsForItsMemoryNeedsMore() {
        assumeThat(OuterTestEngine.client().infoCmd().exec().getMemoryLimit())
                .as("whether the outer engine can limit memory")
                .isTrue();
        ErrorSentence.of(failure(faulty("greedy").memory("64m")))
                .tried("start the daemon container")
                .on(faultyImage)
                .because("dockerd was ended by signal 9 (out of memory) before it answered")
                .cure("give the daemon container more memory with memory(..)");
    }

    @Test
    void aDockerdThatNeverAnswersIsGivenUpWhenTheTimeIsOver() {
        ErrorSentence.of(failure(faulty("silent").startupTimeout(Duration.ofSeconds(3))))
                .tried("start the daemon container")
                .on(faultyImage)
                .because("the time was over")
                .cure("allow more time with startupTimeout(..)");
    }

    @Test
    void theTimeMayBeOverBeforeAnythingIsCreated() {
        StartupException failure = failure(NestedDocker.builder().startupTimeout(Duration.ofMillis(1)));
        ErrorSentence.of(failure)
                .tried("start the daemon container")
                .on(DaemonImage.defaultImage().reference())
                .because("the time was over")
                .cure("allow more time with startupTimeout(..)");
    }

    @Test
    void theFailureKnowsItsPhase() {
        assertThat(failure(NestedDocker.builder().daemonArgs("--no-such-flag")).phase())
                .isEqualTo(StartupPhase.READY);
    }

    @Test
    void theFailureHoldsTheDaemonsLog() {
        assertThat(failure(faulty("killed")).diagnostics().daemonLogTail())
                .anyMatch(line -> line.contains("Starting up"))
                .anyMatch(line -> line.startsWith("dind-init: failed: dockerd was ended by signal 9"));
    }

    @Test
    void theFailureSaysWhatToTry() {
        assertThat(failure(NestedDocker.builder().daemonArgs("--no-such-flag"))
                        .diagnostics()
                        .advice())
                .first()
                .asString()
                .startsWith("correct the flag");
    }

    private static NestedDockerBuilder faulty(String fault) {
        return NestedDocker.builder().image(faultyImage).environment("FAULT", fault);
    }

    private static StartupException failure(NestedDockerBuilder builder) {
        return catchThrowableOfType(
                StartupException.class, () -> builder.start().close());
    }
}
