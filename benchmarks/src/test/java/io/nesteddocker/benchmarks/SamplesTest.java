package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void medianOfAnOddNumberIsTheValueInTheMiddle() {
        assertThat(samples(9, 1, 5).median()).isEqualTo(5);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(samples(8, 1, 2, 100).median()).isEqualTo(5);
    }

    @Test
    void medianOfOneValueIsThatValue() {
        assertThat(samples(3).median()).isEqualTo(3);
    }

    @Test
    void oneOutlierDoesNotMoveTheMedian() {
        assertThat(samples(1, 2, 3, 2, 1_000_000).median()).isEqualTo(2);
    }

    @Test
    void knowsMinimumAndMaximum() {
        assertThat(samples(4, -1, 7)).returns(-1.0, Samples::min).returns(7.0, Samples::max);
    }

    @Test
    void ratioIsThatOfTheMedians() {
        assertThat(samples(1, 12, 100).ratioTo(samples(2, 3, 50))).isEqualTo(4);
    }

    @Test
    void refusesARatioToNothing() {
        assertThatThrownBy(() -> samples(1).ratioTo(samples(0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("median of zero");
    }

    @Test
    void refusesToDescribeNoMeasurements() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Samples(List.of()))
                .withMessageContaining("measure at least once");
    }

    private static Samples samples(double... values) {
        return new Samples(Arrays.stream(values).boxed().toList());
    }
}
