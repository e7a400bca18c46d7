package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ExecResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void aProgramMaySayWhatItLikes() {
        assertThat(ExecCall.result(0, REFUSAL, "")).isEqualTo(new ExecResult(0, REFUSAL, ""));
    }
}
