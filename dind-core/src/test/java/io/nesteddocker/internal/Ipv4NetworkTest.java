package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4NetworkTest {

    @ParameterizedTest
    @ValueSource(strings = {"172.17.0.0/16", "10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32", "192.168.7.128/25"})
    void writesWhatItRead(String text) {
        assertThat(Ipv4Network.parse(text)).hasToString(text);
    }

    @Test
    void dropsTheBitsBehindThePrefix() {
        assertThat(Ipv4Network.parse("172.17.3.9/16")).isEqualTo(Ipv4Network.parse("172.17.0.0/16"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "172.17.0.0", "172.17.0/16", "256.0.0.0/8", "0.0.0.256/8", "10.0.0.0/33", "fd00::/8", "a/8"})
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> Ipv4Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tried to read the network \"" + text
                        + "\" but it is not an IPv4 network; give one such as 10.200.0.0/16.");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.200.0.0/16",
        "10.200.0.0/16, 10.0.0.0/8",
        "172.17.0.0/16, 172.17.0.0/16",
        "0.0.0.0/0, 192.168.0.0/24",
        "192.168.1.0/24, 192.168.1.255/32"
    })
    void overlapsWhereAnAddressIsInBoth(String one, String other) {
        assertThat(Ipv4Network.parse(one).overlaps(Ipv4Network.parse(other))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 11.0.0.0/8", "172.17.0.0/16, 172.18.0.0/16", "192.168.1.0/25, 192.168.1.128/25"})
    void doesNotOverlapWhereNoAddressIsInBoth(String one, String other) {
        assertThat(Ipv4Network.parse(one).overlaps(Ipv4Network.parse(other))).isFalse();
    }

    @Test
    void overlapsNoneOfNoNetworks() {
        assertThat(Ipv4Network.parse("10.0.0.0/8").overlapsAny(List.of())).isFalse();
    }

    @Test
    void countsItsAddresses() {
        assertThat(Ipv4Network.parse("172.17.0.0/16").hostNotation(1)).isEqualTo("172.17.0.1/16");
    }

    @Test
    void countsItsAddressesOverTheEndOfAnOctet() {
        assertThat(Ipv4Network.parse("10.0.0.0/8").hostNotation(256)).isEqualTo("10.0.1.0/8");
    }
}
