package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    @Test
    void withoutArgumentsItIsSevenRoundsOfStart() {
        assertThat(Arguments.parse())
                .returns(7, Arguments::rounds)
                .extracting(arguments -> arguments.subjects().get(0).name())
                .isEqualTo("start");
    }

    @Test
    void takesTheNumberOfRounds() {
        assertThat(Arguments.parse("start", "--rounds=3").rounds()).isEqualTo(3);
    }

    @Test
    void answersAnUnknownSubjectWithAListOfAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("speed"))
                .withMessageContaining("\"speed\"")
                .withMessageContaining("start")
                .withMessageContaining("--rounds=N");
    }

    @Test
    void tellsWhereTheTimeGoesInAStart() {
        assertThat(Arguments.parse("--where").where()).isTrue();
        assertThat(Arguments.parse("start").where()).isFalse();
    }

    @Test
    void refusesWhereForOtherSubjects() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("reach", "--where"))
                .withMessageContaining("say start --where");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "many", ""})
    void refusesRoundsThatCannotBe(String number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("--rounds=" + number))
                .withMessageContaining("\"" + number + "\"")
                .withMessageContaining("1 to 1000");
    }
}
