package io.nesteddocker.nesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Topology;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests three nested daemons made with {@code nest()}: the second is reached by a socket, the third through a tunnel. */
@Timeout(240)
@ExtendWith(LeakCheck.class)
class NestIT {

    private static NestedDocker first;
    private static NestedDocker second;
    private static NestedDocker third;

    @BeforeAll
    static void start() {
        String image = DaemonImage.defaultImage().reference();
        first = NestedDocker.builder().images(image, TinyImage.NAME).start();
        second = first.nest().images(image, TinyImage.NAME).start();
        third = second.nest()
                .connection(ConnectionMode.TUNNEL)
                .images(TinyImage.NAME)
                .start();
        // This may create a file that exists as long as the daemon; it must not count as a leftover of a single test.
        first.endpoint();
    }

    @AfterAll
    static void close() {
        if (first != null) {
            first.close();
        }
    }

    @Test
    void eachIsInsideTheOther() {
        assertThat(List.of(first, second, third))
                .extracting(docker -> docker.engine().depth())
                .containsExactly(1, 2, 3);
    }

    @Test
    void thePortsOfEachAreReached() throws IOException {
        for (NestedDocker docker : List.of(first, second, third)) {
            String id = InnerContainers.start(
                    docker.client(), request -> request, "sh", "-c", "nc -ll -p 7 -e echo " + docker.name());
            try (Socket socket = new Socket()) {
                socket.connect(docker.addressOf(id, 7));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip())
                        .isEqualTo(docker.name());
            } finally {
                docker.client().removeContainerCmd(id).withForce(true).exec();
            }
        }
    }

    @Test
    void theTopologyShowsThemAll() {
        assertThat(first.topology().daemons()).singleElement().satisfies(child -> {
            assertThat(child.name()).isEqualTo(second.name());
            assertThat(child.daemons()).extracting(Topology::name).containsExactly(third.name());
        });
    }

    @Test
    void oneThatIsToldTheAddressOfAnotherIsInItsTopology() {
        try (NestedDocker child =
                NestedDocker.builder().outer(first.endpoint().dockerHost()).start()) {
            assertThat(first.topology().daemons()).extracting(Topology::name).contains(child.name());
        }
    }

    @Test
    void closingAParentClosesItsChildrenFirst() {
        NestedDocker parent =
                first.nest().images(DaemonImage.defaultImage().reference()).start();
        NestedDocker child = parent.nest().start();
        parent.close();
        assertThatThrownBy(child::client).isInstanceOf(IllegalStateException.class);
        assertThat(first.topology().daemons()).extracting(Topology::name).doesNotContain(parent.name());
    }
}
