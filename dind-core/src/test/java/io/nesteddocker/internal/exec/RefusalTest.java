package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec failed: unable to start container process: exec: \"nope\": executable file not found in $PATH: unknown\r\n",
                "exec failed: unable to start container process: exec: \"/nope\": stat /nope: no such file or directory: unknown\r\n",
                "container_linux.go:349: caused \"exec: \\\"/nope\\\": stat /nope: no such file or directory\": unknown\r\n",
                "executable file `nope` not found in $PATH: No such file or directory: unknown\r\n"
            })
    void theCodeOfAMissingProgramIsThatOfAShell(String reason) {
        assertThat(exitCode(reason)).isEqualTo(127);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec failed: unable to start container process: exec: \"/etc/hostname\": permission denied: unknown\r\n",
                "exec failed: unable to start container process: chdir to cwd (\"/nope\") set in config.json failed:"
                        + " no such file or directory: unknown\r\n"
            })
    void theCodeOfAProgramThatCanNotBeExecutedIsThatOfAShell(String reason) {
        assertThat(exitCode(reason)).isEqualTo(126);
    }

    @Test
    void aProgramThatRunsOrEndedWithAnotherCodeWasNotRefused() {
        assertThat(Refusal.hasCode(0)).isFalse();
        assertThat(Refusal.hasCode(126)).isTrue();
        assertThat(Refusal.hasCode(127)).isTrue();
    }

    private static int exitCode(String reason) {
        return Refusal.exitCode(
                (new String(Refusal.BEGINNING, StandardCharsets.US_ASCII) + reason).getBytes(StandardCharsets.UTF_8));
    }
}
