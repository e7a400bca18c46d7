package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoalsTest {

    @Test
    void aFigureThatMissesItsGoalIsComplete() {
        Goals goals = new Goals();
        goals.measured("a lease: %.1f ms (goal: at most %d ms)", 99.9, 15);

        assertThat(goals.complete()).isTrue();
        assertThat(goals).hasToString("Goals\n  a lease: 99.9 ms (goal: at most 15 ms)\n");
    }

    @Test
    void aGoalWithoutAFigureSaysWhyAndIsIncomplete() {
        Goals goals = new Goals();
        goals.notMeasured("a lease vs Testcontainers", "the peer failed");
        goals.measured("a lease: fast");

        assertThat(goals.complete()).isFalse();
        assertThat(goals.toString()).contains("a lease vs Testcontainers: not measured, because the peer failed\n");
    }
}
