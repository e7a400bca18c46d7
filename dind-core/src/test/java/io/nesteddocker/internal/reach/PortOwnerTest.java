package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PortOwnerTest {

    private static final String THIS_PROGRAM =
            "java (process " + ProcessHandle.current().pid() + ")";

    @Test
    void aListenerIsNamed() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(PortOwner.of(socket.getLocalPort(), Protocol.TCP)).isEqualTo(THIS_PROGRAM);
        }
    }

    @Test
    void aReceiverOfDatagramsIsNamed() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            assertThat(PortOwner.of(socket.getLocalPort(), Protocol.UDP)).isEqualTo(THIS_PROGRAM);
        }
    }

    @Test
    void aListenerAtTheIpv4AddressDoesNotHaveThePortAtIpv6() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(PortOwner.atIpv6Loopback(socket.getLocalPort(), Protocol.TCP))
                    .isEqualTo("another program");
        }
    }

    @Test
    void aListenerAtAllAddressesHasThePortAtIpv6() throws Exception {
        Assumptions.assumeThat(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")))
                .as("the network interface of this machine with the address ::1")
                .isNotNull();
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(PortOwner.atIpv6Loopback(socket.getLocalPort(), Protocol.TCP))
                    .isEqualTo(THIS_PROGRAM);
        }
    }

    @Test
    void aPortThatNobodyHasIsAnotherPrograms() {
        assertThat(PortOwner.of(0, Protocol.TCP)).isEqualTo("another program");
    }
}
