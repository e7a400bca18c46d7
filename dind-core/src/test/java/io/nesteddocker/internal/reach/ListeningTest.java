package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {

    private static final int PORT = 8080;

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000000000000000000000000000000"})
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

    @Test
    void aListenerOnOneAddressIsFoundThere() {
        Listening listening = listenerAt("020011AC");
        assertThat(listening.at("172.17.0.2")).isTrue();
        assertThat(listening.at("172.17.0.3")).isFalse();
    }

    @Test
    void otherPortsAreToldOnce() {
        Listening listening = Listening.parse(
                tableWith("00000000:0050", "0A")
                        + tableWith("0".repeat(32) + ":0050", "0A")
                        + tableWith("00000000:1F91", "0A"),
                PORT);
        assertThat(listening.anywhere()).isFalse();
        assertThat(listening.otherPorts()).containsExactly(80, 8081);
    }

    @Test
    void aConnectionIsNoListener() {
        assertThat(Listening.parse(tableWith("020011AC:1F90", "01"), PORT))
                .isEqualTo(new Listening(false, false, List.of(), Set.of()));
    }

    @Test
    void emptyTablesMeanNoListener() {
        assertThat(Listening.parse("", PORT)).isEqualTo(new Listening(false, false, List.of(), Set.of()));
    }

    private static Listening listenerAt(String address) {
        return Listening.parse(tableWith(address + ":1F90", "0A"), PORT);
    }

    /** A table with its heading, as the kernel prints it. */
    private static String tableWith(String local, String state) {
        return """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 4321 1 0000000000000000 100 0 0 10 0
                """.formatted(local, state);
    }
}
