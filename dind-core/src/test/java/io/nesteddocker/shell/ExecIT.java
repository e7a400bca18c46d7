package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands in the daemon container end as they do with the docker command. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ExecIT {

    private static NestedDocker docker;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @Test
    void bothStreamsAndTheExitCodeComeBack() {
        assertThat(docker.exec("sh", "-c", "echo out; echo err >&2; exit 3"))
                .isEqualTo(new ExecResult(3, "out\n", "err\n"));
    }

    @Test
    void whyAMissingProgramDidNotRunIsOnStandardError() {
        ExecResult missing = docker.exec("no-such-program");
        assertThat(missing.exitCode()).isIn(126L, 127L);
        assertThat(missing.stdout()).isEmpty();
        assertThat(missing.stderr()).contains("no-such-program").contains("not found");
    }

    @Test
    void whyAFileThatIsNoProgramDidNotRunIsOnStandardError() {
        ExecResult refused = docker.exec("/etc/hostname");
        assertThat(refused.exitCode()).isIn(126L, 127L);
        assertThat(refused.stdout()).isEmpty();
        assertThat(refused.stderr()).contains("permission denied");
    }

    @Test
    void nothingIsRunWithoutACommand() {
        ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, () -> docker.exec()))
                .tried("run a command in the daemon container")
                .on(docker.name())
                .because("no command was given")
                .cure("give a program and its arguments, or open a shell with shell()");
    }

    @Test
    void anInterruptedThreadIsToldSoAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.exec("true")))
                    .tried("run true in the daemon container")
                    .on(docker.name())
                    .because("the thread was interrupted")
                    .cure("try again");
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt").isTrue();
        }
    }
}
