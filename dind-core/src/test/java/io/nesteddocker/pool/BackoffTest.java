package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the pauses between failed attempts. */
class BackoffTest {

    private final Backoff pauses = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

    @Test
    void eachPauseIsTwiceAsLongAsTheOneBeforeUpToTheLongest() {
        List<Duration> five = Stream.generate(pauses::afterFailure).limit(5).toList();

        assertThat(five).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 5L, 5L);
    }

    @Test
    void afterASuccessTheFirstPauseComesAgain() {
        pauses.afterFailure();
        pauses.afterFailure();
        pauses.reset();

        assertThat(pauses.afterFailure()).isEqualTo(Duration.ofSeconds(1));
    }
}
