package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.outer.OuterContainers.ContainerAddress;
import io.nesteddocker.internal.reach.Routes.Route;
import io.nesteddocker.testing.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

/**
 * Tests when routes are made and ended if a container ends, or a read fails, between two steps. No engine can be made to do that at the
 * right moment; {@code AddressInNetworksIT} tests routes of a real daemon.
 */
@Timeout(60)
class RouteTableTest {

    private static final ContainerAddress DAEMON = new ContainerAddress("172.17.0.2", "172.17.0.1");
    private static final Target WEB = target("web-id", "10.0.0.2");

    private final Targets targets = mock(Targets.class);
    private final Routes routes = mock(Routes.class);
    private final ContainerWatch watch = mock(ContainerWatch.class);
    private final RouteTable table = new RouteTable(targets, routes, watch);

    @BeforeEach
    void aRouteIsPossible() throws Exception {
        when(routes.daemonAddress()).thenReturn(Optional.of(DAEMON));
        when(routes.make(any(), anyString(), anyInt()))
                .thenReturn(route(20_001))
                .thenReturn(route(20_002))
                .thenReturn(route(20_003));
        when(targets.running(anyString(), anyInt())).thenReturn(WEB);
        when(targets.hasAddress(anyString(), any(), anyInt(), anyString())).thenReturn(true);
        when(targets.refused(anyString(), anyInt(), anyString(), anyString()))
                .thenAnswer(call -> new NestedDockerException(call.getArgument(2), null));
    }

    @Test
    void aRouteIsMadeOnce() throws Exception {
        assertThat(table.to("web", WEB, 80)).contains(route(20_001));
        assertThat(table.to("web", WEB, 80)).contains(route(20_001));
        assertThat(table.to("web", WEB, 81)).contains(route(20_002));
        assertThat(table.leadsThrough(20_001)).isTrue();
        assertThat(table.leadsThrough(80)).isFalse();
        verify(watch, times(1)).add(any());
    }

    @Test
    void twoThreadsGetOneRoute() throws Exception {
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        when(routes.make(any(), anyString(), anyInt())).thenAnswer(call -> {
            making.countDown();
            assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            return route(20_001);
        });
        List<CompletableFuture<Optional<Route>>> found = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
            CompletableFuture<Optional<Route>> one = new CompletableFuture<>();
            found.add(one);
            threads.add(new Thread(() -> {
                try {
                    one.complete(table.to("web", WEB, 80));
                } catch (Throwable e) {
                    one.completeExceptionally(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        assertThat(making.await(20, TimeUnit.SECONDS)).isTrue();
        Eventually.await(
                Duration.ofSeconds(20),
                "one thread waits for the other",
                () -> threads.stream().anyMatch(thread -> thread.getState() == Thread.State.BLOCKED));
        go.countDown();
        for (CompletableFuture<Optional<Route>> one : found) {
            assertThat(one.get(20, TimeUnit.SECONDS)).contains(route(20_001));
        }
        verify(routes, times(1)).make(any(), anyString(), anyInt());
    }

    @Test
    void aRouteToAContainerThatEndedBeforeTheRouteWasMadeIsEndedAndRefused() throws Exception {
        doThrow(new NestedDockerException("it is exited", null)).when(targets).running("web-id", 80);

        assertThatThrownBy(() -> table.to("web", WEB, 80)).hasMessage("it has ended or left its network meanwhile");

        verify(routes).end(route(20_001));
        assertThat(table.leadsThrough(20_001)).isFalse();
    }

    @Test
    void aRouteWhoseAddressLeftTheNetworkBeforeTheRouteWasMadeIsEndedAndRefused() throws Exception {
        when(targets.hasAddress("web-id", WEB, 80, "10.0.0.2")).thenReturn(false);

        assertThatThrownBy(() -> table.to("web", WEB, 80)).hasMessage("it has ended or left its network meanwhile");

        verify(routes).end(route(20_001));
    }

    /** No event will end a route that is made after the container ended, although the table had a route there when it was asked. */
    @Test
    void aRouteThatReplacesOneThatEndedMeanwhileIsCheckedToo() throws Exception {
        table.to("web", WEB, 80);
        CompletableFuture<Optional<Route>> found = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                found.complete(table.to("web", WEB, 80));
            } catch (Throwable e) {
                found.completeExceptionally(e);
            }
        });
        when(routes.make(any(), anyString(), anyInt()))
                .thenAnswer(call -> {
                    // This thread has the table's lock, for which the caller waits after it has found its route in the
                    // table.
                    caller.start();
                    Eventually.await(
                            Duration.ofSeconds(20),
                            "the caller waits for the table",
                            () -> caller.getState() == Thread.State.BLOCKED);
                    when(targets.hasAddress("web-id", WEB, 80, "10.0.0.2")).thenReturn(false);
                    listener().ended("web-id");
                    return route(20_002);
                })
                .thenReturn(route(20_003));

        table.to("other", target("other-id", "10.0.0.3"), 81);

        assertThatThrownBy(() -> found.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("it has ended or left its network meanwhile");
        verify(routes).end(route(20_001));
        verify(routes).end(route(20_003));
    }

    @Test
    void aRouteEndsIfTheReadAfterAnEventFails() throws Exception {
        table.to("web", WEB, 80);
        doThrow(new IOException("cut off")).when(targets).hasAddress(anyString(), any(), anyInt(), anyString());

        listener().ended("web-id");

        verify(routes).end(route(20_001));
        assertThat(table.leadsThrough(20_001)).isFalse();
    }

    @Test
    void aRouteStaysAfterEventsOfOtherContainersAndWhileItsAddressIsThere() throws Exception {
        table.to("web", WEB, 80);

        listener().ended("other-id");
        listener().leftNetwork("web-id");

        verify(routes, never()).end(any());
        assertThat(table.to("web", WEB, 80)).contains(route(20_001));
    }

    @Test
    void aRouteEndsWithTheContainerWhoseNetworkItUses() throws Exception {
        Target beside =
                new Target("beside-id", 7, "running", new Target.Network("web-id", false, "10.0.0.2", ""), List.of());
        table.to("beside", beside, 80);
        when(targets.hasAddress(anyString(), any(), anyInt(), anyString())).thenReturn(false);

        listener().ended("web-id");

        verify(routes).end(route(20_001));
    }

    @Test
    void allRoutesEndAfterAGapInTheEvents() throws Exception {
        table.to("web", WEB, 80);
        table.to("web", WEB, 81);

        listener().afterGap();

        verify(routes).end(route(20_001));
        verify(routes).end(route(20_002));
        verify(routes).forgetAddress();
        assertThat(table.to("web", WEB, 80)).contains(route(20_003));
    }

    @Test
    void nothingIsRememberedIfARouteCanNotBeMade() throws Exception {
        when(routes.make(any(), anyString(), anyInt()))
                .thenThrow(new IOException("no free port"))
                .thenReturn(route(20_009));

        assertThatThrownBy(() -> table.to("web", WEB, 80)).isInstanceOf(IOException.class);

        assertThat(table.to("web", WEB, 80)).contains(route(20_009));
    }

    @Test
    void afterTheCloseThereAreNoNewRoutes() throws Exception {
        table.to("web", WEB, 80);
        table.close();

        assertThat(table.to("web", WEB, 80)).contains(route(20_001));
        assertThatThrownBy(() -> table.to("web", WEB, 81)).hasMessage("the daemon was closed");
    }

    private ContainerWatch.Listener listener() throws InterruptedException {
        ArgumentCaptor<ContainerWatch.Listener> listener = ArgumentCaptor.forClass(ContainerWatch.Listener.class);
        verify(watch).add(listener.capture());
        return listener.getValue();
    }

    private static Target target(String id, String address) {
        return new Target(id, 7, "running", new Target.Network(id, false, address, ""), List.of());
    }

    private static Route route(int entry) {
        return new Route(
                InetSocketAddress.createUnresolved(DAEMON.address(), entry), entry, List.of("unroute " + entry));
    }
}
