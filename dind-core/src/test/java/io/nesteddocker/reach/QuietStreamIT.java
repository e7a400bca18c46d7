package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that quiet streams over TLS outlast the time limit for the TLS handshake, which is ten seconds. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class QuietStreamIT {

    private static final Duration SILENCE = Duration.ofSeconds(12);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void eventsAndAddressesOfATlsDaemonOutlastASilence() throws Exception {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker docker =
                        NestedDocker.builder().images(TinyImage.NAME).port(0).start();
                Events events = docker.client().eventsCmd().exec(new Events())) {
            String server =
                    InnerContainers.start(docker.client(), request -> request, "sh", "-c", "nc -ll -p 7 -e echo hello");
            InetSocketAddress address = docker.addressOf(server, 7);
            assertThat(Sockets.read(address)).isEqualTo("hello");

            Deadline.in(SILENCE).pause(SILENCE);

            assertThat(Sockets.read(address)).isEqualTo("hello");
            docker.client().killContainerCmd(server).exec();
            assertThat(Eventually.holds(PATIENCE, () -> events.actions.contains("die")))
                    .as("events: %s", events.actions)
                    .isTrue();
        }
    }

    private static final class Events extends ResultCallback.Adapter<Event> {

        private final List<String> actions = new CopyOnWriteArrayList<>();

        @Override
        public void onNext(Event event) {
            actions.add(String.valueOf(event.getAction()));
        }
    }
}
