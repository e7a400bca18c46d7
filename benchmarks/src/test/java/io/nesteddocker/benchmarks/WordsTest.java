package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void groupsTheDigitsOfLargeNumbers() {
        assertThat(Words.milliseconds(17_540.4)).isEqualTo("17 540");
    }

    @Test
    void smallSizesHaveADecimal() {
        assertThat(Words.megabytes(1_950_000)).isEqualTo("2.0 MB");
        assertThat(Words.megabytes(149_600_000)).isEqualTo("150 MB");
    }

    @Test
    void theReasonEndsWithTheInnermostCauseOnOneLine() {
        Exception cause = new IllegalStateException("no\n  space left");

        assertThat(Words.reason(new RuntimeException("could not start", cause)))
                .isEqualTo("could not start: no space left");
    }

    @Test
    void aFailureWithoutAMessageIsStillNamed() {
        assertThat(Words.reason(new InterruptedException())).contains("InterruptedException");
    }
}
