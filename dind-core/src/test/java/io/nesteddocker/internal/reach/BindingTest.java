package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import org.junit.jupiter.api.Test;

class BindingTest {

    @Test
    void aPortOnAllAddressesOfBothKindsIsOneBinding() throws Exception {
        assertThat(bindings("""
                {"80/tcp": [{"HostIp": "::", "HostPort": "8080"}, {"HostIp": "0.0.0.0", "HostPort": "8080"}]}""")).containsExactly(new Binding(Protocol.TCP, 80, 8080, "127.0.0.1", true));
    }

    @Test
    void aPortOnOneAddressIsReachedThere() throws Exception {
        assertThat(bindings("""
                {"80/tcp": [{"HostIp": "10.1.2.3", "HostPort": "8080"}]}""")).containsExactly(new Binding(Protocol.TCP, 80, 8080, "10.1.2.3", false));
    }

    @Test
    void aPortOnIpv6AloneIsReachedAtItsLoopbackAddress() throws Exception {
        assertThat(bindings("""
                {"53/udp": [{"HostIp": "::", "HostPort": "5353"}]}""")).containsExactly(new Binding(Protocol.UDP, 53, 5353, "::1", false));
    }

    @Test
    void twoNumbersForOnePortAreTwoBindings() throws Exception {
        assertThat(bindings("""
                {"80/tcp": [{"HostIp": "", "HostPort": "8081"}, {"HostIp": "", "HostPort": "8080"}]}""")).extracting(Binding::daemonPort).containsExactly(8080, 8081);
    }

    @Test
    void anExposedPortThatIsNotPublishedIsNone() throws Exception {
        assertThat(bindings("""
                {"80/tcp": null, "81/tcp": []}""")).isEmpty();
    }

    @Test
    void portsOfSctpAreLeftOut() throws Exception {
        assertThat(bindings("""
                {"80/sctp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}""")).isEmpty();
    }

    private static Iterable<Binding> bindings(String ports) throws Exception {
        return Binding.of(new ObjectMapper()
                .readValue("{\"NetworkSettings\": {\"Ports\": " + ports + "}}", InspectContainerResponse.class));
    }
}
