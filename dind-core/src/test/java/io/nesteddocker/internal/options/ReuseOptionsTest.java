package io.nesteddocker.internal.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that daemons are reused on a developer's machine but not on CI, unless a setting says otherwise. */
class ReuseOptionsTest {

    @ParameterizedTest
    @CsvSource(
            value = {
                "-, -, true",
                "-, true, false",
                "-, woodpecker, false",
                "-, false, true",
                "-, '', true",
                "true, true, true",
                "TRUE, true, true",
                "false, -, false",
                "0, -, false",
                "off, -, false",
                "'', -, false"
            },
            nullValues = "-")
    void aSwitchDecidesAndThenTheAbsenceOfCi(String said, String ci, boolean on) {
        assertThat(ReuseOptions.isOn(Optional.ofNullable(said), Optional.ofNullable(ci)))
                .isEqualTo(on);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "-a", ".a", "ä"})
    void aNameThatNoLabelShouldHaveIsRefused(String name) {
        ErrorSentence.of(catchThrowableOfType(
                        IllegalArgumentException.class,
                        () -> NestedDocker.builder().reuse(name)))
                .tried("reuse a daemon under the name")
                .on("\"" + name + "\"")
                .because("letters, digits, dots, dashes and underscores")
                .cure("give one such as my-project");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 999, 367L * 24 * 3600 * 1000})
    void aTimeToLiveOutOfRangeIsRefused(long millis) {
        ErrorSentence.of(catchThrowableOfType(
                        IllegalArgumentException.class,
                        () -> NestedDocker.builder().reuse("project", Reuse.RESET, Duration.ofMillis(millis))))
                .tried("reuse a daemon with a time to live")
                .on(Duration.ofMillis(millis).toString())
                .because("the time must be at least a second and at most 366 days")
                .cure("give one such as Duration.ofHours(1)");
    }

    @Test
    void aSpecOfReusedDaemonsHasOneAtATime() {
        assertThat(NestedDocker.builder().reuse("project").spec().singleUseOption())
                .contains("reuse(..)");
    }
}
