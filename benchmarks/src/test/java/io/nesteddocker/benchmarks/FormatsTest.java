package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatsTest {

    @Test
    void groupsTheDigitsOfLargeNumbers() {
        assertThat(Formats.milliseconds(17_540.4)).isEqualTo("17 540");
    }

    @Test
    void smallSizesHaveADecimal() {
        assertThat(Formats.megabytes(1_950_000)).isEqualTo("2.0 MB");
        assertThat(Formats.megabytes(149_600_000)).isEqualTo("150 MB");
    }

    @Test
    void theReasonEndsWithTheInnermostCauseOnOneLine() {
        Exception cause = new IllegalStateException("no\n  space left");

        assertThat(Formats.reason(new RuntimeException("could not start", cause)))
                .isEqualTo("could not start: no space left");
    }

    @Test
    void aFailureWithoutAMessageIsStillNamed() {
        assertThat(Formats.reason(new InterruptedException())).contains("InterruptedException");
    }
}
