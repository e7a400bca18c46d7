package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {

    private static final int PORT = 8080;

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000000000000000000000000000000", "0000000000000000FFFF000000000000"})
    void aListenerOnAllAddressesIsFoundAtAny(String address) {
        assertThat(listenerAt(address).at("172.17.0.2")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"})
    void aListenerOnTheLoopbackAddressIsNotFoundAtOthers(String address) {
        Listening listening = listenerAt(address);
        assertThat(listening.at("172.17.0.2")).isFalse();
        assertThat(listening.anywhere()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"020011AC", "0000000000000000FFFF0000020011AC"})
    void aListenerOnOneAddressIsFoundThere(String address) {
        Listening listening = listenerAt(address);
        assertThat(listening.at("172.17.0.2")).isTrue();
        assertThat(listening.at("172.17.0.3")).isFalse();
    }

    /** As engines derive it from the MAC address of the container with 172.17.0.2: 2001:db8:1::242:ac11:2. */
    @Test
    void aListenerOnAnIpv6AddressThatEndsAsAnIpv4AddressIsNotFoundAtThat() {
        Listening listening = listenerAt("B80D01200000010042020000020011AC");
        assertThat(listening.anywhere()).isTrue();
        assertThat(listening.at("172.17.0.2")).isFalse();
    }

    @Test
    void otherPortsAreToldOnce() {
        Listening listening = Listening.parse(
                Stream.of("00000000:0050", "0".repeat(32) + ":0050", "00000000:1F91")
                        .flatMap(local -> tableWith(local, "0A").stream())
                        .toList(),
                PORT);
        assertThat(listening.anywhere()).isFalse();
        assertThat(listening.otherPorts()).containsExactly(80, 8081);
    }

    @Test
    void aConnectionIsNoListener() {
        assertThat(Listening.parse(tableWith("020011AC:1F90", "01"), PORT)).isEqualTo(Listening.NOWHERE);
    }

    @Test
    void emptyTablesMeanNoListener() {
        assertThat(Listening.parse(List.of(), PORT)).isEqualTo(Listening.NOWHERE);
    }

    @Test
    void theTableIsReadUpToTheFirstConnection() {
        assertThat(tableWith("00000000:0050", "0A")).allMatch(Listening::isBeforeConnections);
        assertThat(tableWith("00000000:0050", "01").get(1)).matches(line -> !Listening.isBeforeConnections(line));
    }

    private static Listening listenerAt(String address) {
        return Listening.parse(tableWith(address + ":1F90", "0A"), PORT);
    }

    /** A table with its heading, as the kernel prints it. */
    private static List<String> tableWith(String local, String state) {
        return """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 4321 1 0000000000000000 100 0 0 10 0
                """.formatted(local, state).lines().toList();
    }
}
