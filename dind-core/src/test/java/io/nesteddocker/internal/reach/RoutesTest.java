package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterContainers.ContainerAddress;
import io.nesteddocker.internal.reach.Routes.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests answers of the script {@code reach.sh} that a real daemon container gives only by chance. */
class RoutesTest {

    private static final ContainerAddress DAEMON = new ContainerAddress("172.17.0.2", "172.17.0.1");

    private final OuterContainers containers = mock(OuterContainers.class);
    private final Routes routes = new Routes(containers, "daemon-id", true, Optional.empty());

    @Test
    void anEntryThatIsTakenIsFollowedByTheNext() throws Exception {
        answers("taken", "taken", "routed");

        Route route = routes.make(DAEMON, "10.0.0.2", 80);

        verify(containers, times(3)).exec(anyString(), anyList());
        assertThat(route.address()).isEqualTo(new InetSocketAddress("172.17.0.2", route.entry()));
        assertThat(route.undo())
                .containsSequence(
                        "unroute", "172.17.0.2", String.valueOf(route.entry()), "172.17.0.1", "10.0.0.2", "80");
    }

    @Test
    void aDaemonContainerWithoutAFreeEntryIsRefused() throws Exception {
        answers("taken");

        assertThatThrownBy(() -> routes.make(DAEMON, "10.0.0.2", 80))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "20 ports of the daemon container between 20000 and 29999 were tried, and all of them are taken");
    }

    @Test
    void anAnswerOfThePacketFilterIsTheReason() throws Exception {
        answers("refused the rule: no chain");

        assertThatThrownBy(() -> routes.make(DAEMON, "10.0.0.2", 80))
                .isInstanceOf(IOException.class)
                .hasMessage("the daemon container's packet filter refused the rule: no chain");
    }

    @Test
    void theEndOfARouteIsNoFailureIfItsContainerIsGone() throws Exception {
        when(containers.exec(anyString(), anyList())).thenThrow(new IllegalStateException("no such container"));

        assertThatCode(() -> routes.end(route())).doesNotThrowAnyException();
    }

    @Test
    void anInterruptDuringTheEndOfARouteIsKept() throws Exception {
        when(containers.exec(anyString(), anyList())).thenThrow(new InterruptedException());

        routes.end(route());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theAddressIsLookedUpOnceAndAgainAfterItWasForgotten() throws Exception {
        when(containers.addresses("daemon-id"))
                .thenReturn(List.of(new ContainerAddress("172.17.0.2", "127.0.0.1")))
                .thenReturn(List.of(new ContainerAddress("172.17.0.3", "127.0.0.1")));

        assertThat(routes.directAddress()).contains(InetAddress.getByName("172.17.0.2"));
        assertThat(routes.directAddress()).contains(InetAddress.getByName("172.17.0.2"));
        routes.forgetAddress();
        assertThat(routes.directAddress()).contains(InetAddress.getByName("172.17.0.3"));
    }

    @Test
    void anAddressThatIsForgottenDuringItsLookupIsLookedUpAgain() throws Exception {
        when(containers.addresses("daemon-id"))
                .thenAnswer(call -> {
                    routes.forgetAddress();
                    return List.of(new ContainerAddress("172.17.0.2", "127.0.0.1"));
                })
                .thenReturn(List.of(new ContainerAddress("172.17.0.3", "127.0.0.1")));
        routes.directAddress();

        assertThat(routes.directAddress()).contains(InetAddress.getByName("172.17.0.3"));
    }

    private static Route route() {
        return new Route(new InetSocketAddress("172.17.0.2", 20_001), 20_001, List.of("unroute"));
    }

    private void answers(String first, String... more) throws InterruptedException {
        var answers = when(containers.exec(anyString(), anyList())).thenReturn(new ExecResult(0, first, ""));
        for (String one : more) {
            answers = answers.thenReturn(new ExecResult(0, one, ""));
        }
    }
}
