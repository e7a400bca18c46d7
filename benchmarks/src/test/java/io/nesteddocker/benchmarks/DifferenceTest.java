package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static final Samples NOTHING = samples(900, 950, 1_000, 1_050, 1_100);

    @Test
    void aClearDifferenceHasItsSpreadAndARatio() {
        Difference difference = Difference.between(samples(1_390, 1_400, 1_410), NOTHING);

        assertThat(difference.text()).isEqualTo("400 ±60");
        assertThat(difference.timesIn(samples(8_000))).isEqualTo(20);
    }

    @Test
    void aSmallDifferenceIsBelowTheNoiseAndHasNoRatio() {
        Difference difference = Difference.between(samples(991, 1_001, 1_011), NOTHING);

        assertThat(difference.text()).isEqualTo("below the noise (±60)");
        assertThatThrownBy(() -> difference.timesIn(samples(28_017)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("below the noise");
    }

    @Test
    void aNegativeDifferenceIsNoise() {
        Difference difference = Difference.between(samples(760, 765, 770), NOTHING);

        assertThat(difference.text()).isEqualTo("below the noise (±235)");
        assertThat(difference.isBelowNoise()).isTrue();
    }

    @Test
    void tooFewRoundsShowNoDifference() {
        assertThat(Difference.between(samples(2_000, 2_000), NOTHING).text())
                .isEqualTo("below the noise (fewer than 3 rounds)");
    }

    private static Samples samples(double... values) {
        return new Samples(Arrays.stream(values).boxed().toList());
    }
}
