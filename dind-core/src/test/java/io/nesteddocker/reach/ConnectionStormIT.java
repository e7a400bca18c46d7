package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DebianImage;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OpenResources;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.RelayProcesses;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.Storm;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Opens and closes two hundred connections at once at random: none is lost, none receives the data of another, and none stays open.
 *
 * <p>{@code -Dnested-docker.storm.seconds=60} makes each storm a minute long; an hour fits into the time limit.
 */
@Timeout(4000)
@ExtendWith(LeakCheck.class)
class ConnectionStormIT {

    private static final int MOST_BYTES = 100_000;
    private static final int LOGS = 8;

    /**
     * Each connection through the tunnel is one of the relay to the service, and blocks a local port of the daemon container for a minute
     * after its end. One service would limit a long storm to 470 connections in a second, and this test can't wait for the relay's ports.
     */
    private static final int SERVICES_BEHIND_A_TUNNEL = 4;

    /** The descriptors of a relay: its standard streams, and the maximum of idle connections that the library keeps. */
    private static final List<Integer> WITH_ALL_IDLE_CONNECTIONS = List.of(3 + 8);

    /** A server with a single process for all clients, so that the test stresses connections and not processes. */
    private static final String ECHO = """
            use Socket;
            use Fcntl;
            $SIG{PIPE} = "IGNORE";
            socket(L, PF_INET, SOCK_STREAM, 0) or die;
            setsockopt(L, SOL_SOCKET, SO_REUSEADDR, 1);
            bind(L, pack_sockaddr_in(7, INADDR_ANY)) && listen(L, 1024) or die;
            my (%clients, %out, %ended, $reads, $writes);
            ($reads, $writes) = ("", "");
            vec($reads, fileno L, 1) = 1;
            sub leave { my $fd = shift; vec($reads, $fd, 1) = vec($writes, $fd, 1) = 0; close delete $clients{$fd}; delete $out{$fd}; delete $ended{$fd} }
            while (1) {
                select my $r = $reads, my $w = $writes, undef, undef;
                for my $fd (keys %clients) {
                    if (vec $r, $fd, 1) {
                        my $count = sysread $clients{$fd}, $out{$fd}, 65536, length $out{$fd};
                        if (!defined $count) { leave($fd) unless $!{EAGAIN}; next }
                        if (!$count) { $ended{$fd} = 1; vec($reads, $fd, 1) = 0 }
                    }
                    if (length $out{$fd}) {
                        my $count = syswrite $clients{$fd}, $out{$fd};
                        if (!defined $count) { if (!$!{EAGAIN}) { leave($fd); next } } else { substr $out{$fd}, 0, $count, "" }
                    }
                    vec($writes, $fd, 1) = length $out{$fd} ? 1 : 0;
                    leave($fd) if $ended{$fd} && !length $out{$fd};
                }
                if (vec $r, fileno L, 1 and accept my $client, L) {
                    my $fd = fileno $client;
                    fcntl $client, F_SETFL, O_NONBLOCK;
                    $clients{$fd} = $client;
                    $out{$fd} = "";
                    vec($reads, $fd, 1) = 1;
                }
            }
            """;

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void throughAddresses(ConnectionMode mode) throws Exception {
        if (mode == ConnectionMode.DIRECT) {
            OuterTestEngine.assumeSharedFolder();
        }
        try (NestedDocker docker =
                NestedDocker.builder().connection(mode).images(DebianImage.NAME).start()) {
            TinyImage.into(docker);
            int services = mode == ConnectionMode.TUNNEL ? SERVICES_BEHIND_A_TUNNEL : 1;
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (int i = 0; i < services; i++) {
                String id = InnerContainers.start(
                        docker.client(),
                        request -> request.withImage(DebianImage.NAME).withEntrypoint("perl", "-e", ECHO));
                addresses.add(docker.addressOf(id, 7));
            }
            if (mode == ConnectionMode.TUNNEL) {
                openAllIdleConnections(docker);
            }
            storm(docker, (random, opened) -> echo(addresses.get(random.nextInt(services)), random, opened));
        }
    }

    @ParameterizedTest
    @EnumSource
    void throughTheTunnelToTheApi(InnerStore store) throws Exception {
        try (NestedDocker docker =
                store.daemon().connection(ConnectionMode.TUNNEL).start()) {
            TinyImage.into(docker);
            List<String> containers = new ArrayList<>();
            List<byte[]> logs = new ArrayList<>();
            for (int i = 0; i < LOGS; i++) {
                String id = write(docker.client(), i);
                containers.add(id);
                byte[] log = InnerContainers.log(docker.client(), id).getBytes(StandardCharsets.US_ASCII);
                assertThat(log.length).isGreaterThan(50_000);
                logs.add(log);
            }
            URI api = docker.endpoint().dockerHost();
            storm(docker, (random, opened) -> {
                int which = random.nextInt(LOGS);
                readLog(api, containers.get(which), logs.get(which), random, opened);
            });
        }
    }

    /** Opens as many idle connections as the library keeps, because the storm would open them and so change the count. */
    private static void openAllIdleConnections(NestedDocker docker) {
        Storm.Round ask = (random, opened) -> {
            opened.run();
            docker.client().infoCmd().exec();
        };
        assertThat(Eventually.holds(Duration.ofSeconds(30), () -> {
                    rageQuickly(ask);
                    return RelayProcesses.descriptors(docker).equals(WITH_ALL_IDLE_CONNECTIONS);
                }))
                .as("all idle connections are open")
                .isTrue();
    }

    private static void rageQuickly(Storm.Round round) {
        try {
            Storm.rage(round, 20, Duration.ofMillis(100));
        } catch (InterruptedException e) {
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }

    private static void storm(NestedDocker docker, Storm.Round round) throws Exception {
        Storm.rage(round, 20, Duration.ofSeconds(1));
        OpenResources before = OpenResources.settled();
        List<Integer> relays = RelayProcesses.descriptors(docker);
        Storm.rage(round);
        before.assertNoMoreNow(0);
        // If a client closes its connection without reading, the relay learns of that only afterwards.
        assertThat(Eventually.value(Duration.ofSeconds(30), () -> RelayProcesses.descriptors(docker), relays::equals))
                .as("the descriptors of each relay")
                .isEqualTo(relays);
        assertThat(RelayProcesses.kilobytes(docker))
                .as("the memory of the relay, where there is one")
                .hasSizeLessThanOrEqualTo(1)
                .allMatch(memory -> memory <= 3 * 1024);
    }

    /** Plays one of three clients: one half-closes and reads to the end, one writes and reads in turns, one closes without reading. */
    private static void echo(InetSocketAddress address, Random random, Runnable opened) throws Exception {
        byte[] sent = new byte[1 + random.nextInt(MOST_BYTES)];
        random.nextBytes(sent);
        try (Socket socket = Sockets.connect(address)) {
            opened.run();
            int way = random.nextInt(10);
            if (way == 0) {
                socket.getOutputStream().write(sent);
            } else if (way < 4) {
                for (int turn = 0; turn < 3; turn++) {
                    socket.getOutputStream().write(sent, 0, Math.min(1000, sent.length));
                    byte[] received = socket.getInputStream().readNBytes(Math.min(1000, sent.length));
                    assertThat(received).isEqualTo(Arrays.copyOf(sent, received.length));
                    Thread.sleep(random.nextInt(30));
                }
            } else {
                CompletableFuture<Void> writer = CompletableFuture.runAsync(
                        () -> {
                            try {
                                socket.getOutputStream().write(sent);
                                socket.shutdownOutput();
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        },
                        work -> new Thread(work).start());
                byte[] received = socket.getInputStream().readAllBytes();
                writer.join();
                assertThat(Arrays.equals(received, sent))
                        .as("%d bytes sent, %d received", sent.length, received.length)
                        .isTrue();
            }
        }
    }

    private static String write(DockerClient inner, int number) {
        String id = InnerContainers.start(
                inner,
                request -> request.withTty(true),
                "sh",
                "-c",
                "i=0; while [ $i -lt 1500 ]; do echo \"log " + number
                        + " line $i and some words to make it long\"; i=$((i+1)); done");
        inner.waitContainerCmd(id).start().awaitStatusCode();
        return id;
    }

    private static void readLog(URI api, String container, byte[] log, Random random, Runnable opened)
            throws IOException {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(Path.of(api.getPath())))) {
            opened.run();
            String request = "GET /containers/" + container + "/logs?stdout=1 HTTP/1.0\r\nHost: localhost\r\n\r\n";
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            if (random.nextInt(10) == 0) {
                return;
            }
            String answer = new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.0 200 OK");
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            assertThat(body.strip().equals(new String(log, StandardCharsets.US_ASCII)))
                    .as("%d bytes instead of %d", body.length(), log.length)
                    .isTrue();
        }
    }
}
