package io.nesteddocker.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.internal.Ipv4Network;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressPlanTest {

    private static final List<Ipv4Network> USUAL = networks("172.17.0.0/16");
    private static final List<Ipv4Network> ALL_PRIVATE = networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");

    @Test
    void theBridgeIsClearOfTakenNetworks() {
        List<Ipv4Network> taken = networks("172.17.0.0/16", "172.18.0.0/16", "172.19.4.0/24", "192.168.0.0/16");
        assertThat(AddressPlan.bridgeClearOf(taken).overlapsAny(taken)).isFalse();
    }

    @Test
    void thePoolIsClearOfTakenNetworks() {
        List<Ipv4Network> taken = networks("172.17.0.0/16", "172.31.0.0/16", "172.30.255.0/24", "10.0.0.0/9");
        assertThat(AddressPlan.poolClearOf(taken).overlapsAny(taken)).isFalse();
    }

    @Test
    void theSameNetworksGiveTheSameBridge() {
        assertThat(AddressPlan.bridgeClearOf(USUAL)).isEqualTo(AddressPlan.bridgeClearOf(USUAL));
    }

    @Test
    void theBridgeOfAFirstLevelLooksFamiliar() {
        assertThat(AddressPlan.bridgeClearOf(USUAL)).hasToString("172.18.0.0/16");
    }

    @Test
    void thePoolOfAFirstLevelIsFarFromTheBridge() {
        assertThat(AddressPlan.poolClearOf(USUAL)).hasToString("172.31.0.0/16");
    }

    @Test
    void tenLevelsNeverClash() {
        List<Ipv4Network> taken = new ArrayList<>(USUAL);
        for (int depth = 1; depth <= 10; depth++) {
            Ipv4Network bridge = AddressPlan.bridgeClearOf(taken);
            assertThat(bridge.overlapsAny(taken))
                    .as("bridge at depth %d", depth)
                    .isFalse();
            taken.add(bridge);
            Ipv4Network pool = AddressPlan.poolClearOf(taken);
            assertThat(pool.overlapsAny(taken)).as("pool at depth %d", depth).isFalse();
            taken.add(pool);
        }
    }

    @Test
    void aCrowdedOfficeNetworkLeavesRoomForABridge() {
        List<Ipv4Network> taken = networks("172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/9");
        assertThat(AddressPlan.bridgeClearOf(taken).overlapsAny(taken)).isFalse();
    }

    @Test
    void aCrowdedOfficeNetworkLeavesRoomForAPool() {
        List<Ipv4Network> taken = networks("172.16.0.0/12", "192.168.0.0/16", "10.0.0.0/9");
        assertThat(AddressPlan.poolClearOf(taken).overlapsAny(taken)).isFalse();
    }

    @Test
    void whereAllPrivateRangesAreTakenTheBridgeSaysSo() {
        assertThatThrownBy(() -> AddressPlan.bridgeClearOf(ALL_PRIVATE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Tried to plan addresses for a nested daemon but all private ranges overlap")
                .hasMessageContaining("10.0.0.0/8")
                .hasMessageContaining("--bip");
    }

    @Test
    void whereAllPrivateRangesAreTakenThePoolSaysSo() {
        assertThatThrownBy(() -> AddressPlan.poolClearOf(ALL_PRIVATE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Tried to plan addresses for a nested daemon but all private ranges overlap")
                .hasMessageContaining("addressPool(..)");
    }

    private static List<Ipv4Network> networks(String... texts) {
        return List.of(texts).stream().map(Ipv4Network::parse).toList();
    }
}
