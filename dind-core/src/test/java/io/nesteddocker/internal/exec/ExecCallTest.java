package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecCallTest {

    @ParameterizedTest
    @CsvSource({"PT2S, 2.0 s", "PT0.001S, 0.001 s", "PT0.000000001S, 1 ns", "PT0.000999999S, 999999 ns"})
    void aTimeLimitIsNeverZero(Duration limit, String readable) {
        assertThat(ExecCall.readable(limit)).isEqualTo(readable);
    }
}
