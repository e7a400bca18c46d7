package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "512b, 512",
        "4k, 4096",
        "512m, 536870912",
        "2g, 2147483648",
        "2G, 2147483648",
        "' 3M ', 3145728"
    })
    void readsANumberWithAnOptionalUnit(String text, long bytes) {
        assertThat(ByteSize.parse("size", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "lots", "-1m", "0", "0g", "1.5g", "1 g", "1t", "1gb", "١m", "0x10"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse("memory size", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Tried to read the memory size \"" + text
                                + "\" but it is not a size; give a number above zero with an optional unit b, k, m or g, such as 512m.");
    }

    @Test
    void readsTheLargestNumberOfGigabytesThatIsANumberOfBytes() {
        assertThat(ByteSize.parse("size", "8589934591g")).isEqualTo(8589934591L << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8589934592g", "999999999999g", "9223372036854775808", "99999999999999999999"})
    void refusesMoreBytesThanThereAreNumbersFor(String text) {
        assertThatThrownBy(() -> ByteSize.parse("memory size", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tried to read the memory size \"" + text
                        + "\" but it is more bytes than an engine can count; give a smaller size, such as 512m.");
    }
}
