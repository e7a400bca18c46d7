package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {

    @ParameterizedTest
    @ValueSource(strings = {"tcp 00000000 1F90", "tcp6 00000000000000000000000000000000 1F90"})
    void aListenerOnAllAddressesIsFoundAtAny(String line) {
        assertThat(Listening.parse(line + "\n").at("172.17.0.2")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp 0100007F 1F90",
                "tcp6 00000000000000000000000001000000 1F90",
                "tcp6 0000000000000000FFFF00000100007F 1F90"
            })
    void aListenerOnTheLoopbackAddressIsNotFoundAtOthers(String line) {
        Listening listening = Listening.parse(line);
        assertThat(listening.at("172.17.0.2")).isFalse();
        assertThat(listening.anywhere()).isTrue();
    }

    @Test
    void aListenerOnOneAddressIsFoundThere() {
        Listening listening = Listening.parse("tcp 020011AC 1F90");
        assertThat(listening.at("172.17.0.2")).isTrue();
        assertThat(listening.at("172.17.0.3")).isFalse();
    }

    @Test
    void otherPortsAreToldOnce() {
        Listening listening = Listening.parse(
                "other tcp 00000000 0050\nother tcp6 " + "0".repeat(32) + " 0050\nother tcp" + " 00000000 1F90\n");
        assertThat(listening.anywhere()).isFalse();
        assertThat(listening.otherPorts()).containsExactly(80, 8080);
    }

    @Test
    void emptyAnswerMeansNoListener() {
        assertThat(Listening.parse("")).isEqualTo(new Listening(false, false, false, List.of(), Set.of()));
    }

    @Test
    void aContainerThatIsGoneIsTold() {
        assertThat(Listening.parse("gone\n").gone()).isTrue();
    }
}
