package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlineTest {

    static Duration[] beyondNanoseconds() {
        return new Duration[] {
            ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(200_000)
        };
    }

    @ParameterizedTest
    @MethodSource("beyondNanoseconds")
    void aTimeThatNanosecondsCannotCountIsForever(Duration duration) {
        Deadline deadline = Deadline.in(duration);
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(Duration.ofMillis(deadline.remainingMillis())).isGreaterThan(Duration.ofDays(36_499));
    }
}
