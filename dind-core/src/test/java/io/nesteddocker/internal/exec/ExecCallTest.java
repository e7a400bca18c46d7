package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ExecResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecCallTest {

    private static final String REFUSAL =
            "OCI runtime exec failed: exec failed: \"nope\": not found in $PATH: unknown\r\n";

    @ParameterizedTest
    @ValueSource(longs = {126, 127})
    void whyAProgramDidNotRunIsAnError(long code) {
        assertThat(ExecCall.result(code, REFUSAL, "")).isEqualTo(new ExecResult(code, "", REFUSAL));
    }

    @Test
    void aShellsOwnCodeIsLeftAlone() {
        assertThat(ExecCall.result(127, "out", "sh: nope: not found"))
                .isEqualTo(new ExecResult(127, "out", "sh: nope: not found"));
    }

    @ParameterizedTest
    @CsvSource({"PT2S, 2.0 s", "PT0.001S, 0.001 s", "PT0.000000001S, 1 ns", "PT0.000999999S, 999999 ns"})
    void aTimeLimitIsNeverZero(Duration limit, String readable) {
        assertThat(ExecCall.readable(limit)).isEqualTo(readable);
    }

    @Test
    void aProgramMaySayWhatItLikes() {
        assertThat(ExecCall.result(0, REFUSAL, "")).isEqualTo(new ExecResult(0, REFUSAL, ""));
    }
}
