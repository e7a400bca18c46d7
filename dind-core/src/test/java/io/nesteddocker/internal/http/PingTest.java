package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.http.Ping.Answer;
import io.nesteddocker.internal.http.ScriptedDaemon.Script;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PingTest {

    private static final TlsMaterial TLS = TlsMaterial.create(List.of("127.0.0.1"));

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isReadyWhenTheDaemonSaysItsVersion(Transport transport) throws IOException {
        assertThat(ping(transport, visit -> {
                    visit.readRequest();
                    visit.answer(200, "text/plain", "OK");
                }))
                .isEqualTo(new Answer.Ready("1.41"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void readsAnAnswerThatComesInPieces(Transport transport) throws IOException {
        assertThat(ping(transport, visit -> {
                    visit.readRequest();
                    for (char c : "HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\n\r\nOK".toCharArray()) {
                        visit.write(String.valueOf(c));
                    }
                }))
                .isEqualTo(new Answer.Ready("1.45"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void quotesAnotherStatus(Transport transport) throws IOException {
        assertThat(ping(transport, visit -> {
                    visit.readRequest();
                    visit.json(503, "{}");
                }))
                .isEqualTo(new Answer.NotYet("HTTP 503"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysThatTheDaemonIsSilent(Transport transport) throws IOException {
        assertThat(ping(transport, visit -> {
                    visit.readRequest();
                    visit.awaitEnd();
                }))
                .isEqualTo(new Answer.NotYet("no answer within 500 ms"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysThatTheDaemonHungUp(Transport transport) throws IOException {
        assertThat(ping(transport, ScriptedDaemon.Visit::readRequest))
                .isEqualTo(new Answer.NotYet("the daemon closed the connection without an answer"));
    }

    @Test
    void saysThatSomethingElseAnswers() throws IOException {
        assertThat(ping(Transport.TCP, visit -> {
                    visit.readRequest();
                    visit.write("HTTP/1.1 200 OK\r\n\r\nIt works!");
                }))
                .isEqualTo(new Answer.NotYet("HTTP 200 without an Api-Version, so it is not a Docker engine"));
    }

    @Test
    void saysThatNobodyListensOnThePort() throws IOException {
        ScriptedDaemon daemon = ScriptedDaemon.onTcp(visit -> {});
        daemon.close();
        // Without IPv6, the JDK adds "(connect failed)".
        assertThat(Ping.once("127.0.0.1", daemon.uri().getPort(), null))
                .isInstanceOfSatisfying(
                        Answer.NotYet.class,
                        answer -> assertThat(answer.reason()).startsWith("connection refused"));
    }

    @Test
    void saysThatNobodyListensOnTheSocket(@TempDir Path folder) throws IOException {
        Path stale = folder.resolve("stale.sock");
        ScriptedDaemon daemon = ScriptedDaemon.onUnix(stale, visit -> {});
        Path kept = folder.resolve("kept.sock");
        Files.createLink(kept, stale);
        daemon.close();
        assertThat(Ping.once(kept)).isEqualTo(new Answer.NotYet("connection refused"));
    }

    @Test
    void saysThatThereIsNoSocket(@TempDir Path folder) {
        assertThat(Ping.once(folder.resolve("docker.sock"))).isEqualTo(new Answer.NotYet("the socket does not exist"));
    }

    @Test
    void saysThatThePathIsTooLongForASocket(@TempDir Path folder) throws IOException {
        Path tooLong = Files.createFile(folder.resolve("x".repeat(200)));
        assertThat(Ping.once(tooLong))
                .isInstanceOfSatisfying(
                        Answer.NotYet.class,
                        answer -> assertThat(answer.reason()).contains("too long"));
    }

    @Test
    void saysThatThePortSpeaksNoTls() throws IOException {
        try (ScriptedDaemon daemon = ScriptedDaemon.onTcp(visit -> visit.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            assertThat(Ping.once(
                            "127.0.0.1",
                            daemon.uri().getPort(),
                            ClientKeys.of(TLS).context()))
                    .isInstanceOfSatisfying(
                            Answer.NotYet.class,
                            answer -> assertThat(answer.reason()).startsWith("TLS handshake failed: "));
        }
    }

    private static Answer ping(Transport transport, Script script) throws IOException {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(transport, TLS, script)) {
            return transport == Transport.UNIX
                    ? Ping.once(Path.of(daemon.uri().getPath()))
                    : Ping.once("127.0.0.1", daemon.uri().getPort(), ScriptedDaemon.clientContext(transport, TLS));
        }
    }
}
