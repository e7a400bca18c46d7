package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void aContenderThatFailsInALaterRoundIsMissingWithItsReason() throws InterruptedException {
        Contender good = new Scripted("good", Integer.MAX_VALUE);
        Contender bad = new Scripted("bad", 3);

        Rounds measured = Rounds.of(List.of(good, bad), 2, () -> {});

        assertThat(measured.missing(good)).isEmpty();
        assertThat(measured.missing(good, bad)).isEqualTo("\"bad\" failed: it broke in start 4");
        assertThat(measured.has(bad)).isFalse();
    }

    /** A contender that fails after a number of starts. */
    private static final class Scripted implements Contender {

        private final String name;
        private final int goodStarts;
        private int starts;

        Scripted(String name, int goodStarts) {
            this.name = name;
            this.goodStarts = goodStarts;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public AutoCloseable start() {
            starts++;
            if (starts > goodStarts) {
                throw new IllegalStateException("it broke in start " + starts);
            }
            return () -> {};
        }
    }
}
