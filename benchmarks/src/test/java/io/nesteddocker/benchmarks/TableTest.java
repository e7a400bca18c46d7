package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsNamesLeftAndFiguresRight() {
        assertThat(new Table("", "median")
                        .row("floor", "90")
                        .row("ours", "1 200")
                        .toString())
                .isEqualTo("""
                                 median
                        --------------
                        floor       90
                        ours     1 200
                        """.replaceFirst("^ +median", "        median"));
    }

    @Test
    void lastCellOfAShortRowIsFreeText() {
        assertThat(new Table("", "a", "b")
                        .row("x", "1", "2")
                        .row("y", "failed: it was late")
                        .toString())
                .endsWith("x   1   2\ny   failed: it was late\n");
    }

    @Test
    void refusesMoreCellsThanColumns() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Table("a").row("1", "2"));
    }
}
