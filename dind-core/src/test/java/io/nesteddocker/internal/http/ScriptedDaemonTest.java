package io.nesteddocker.internal.http;

import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import io.nesteddocker.internal.http.ScriptedDaemon.Visit;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** Runs the contract with the scripted daemon, whose answers other tests build from the same parts. */
class ScriptedDaemonTest {

    private static final TlsMaterial TLS = TlsMaterial.create(List.of("127.0.0.1"));
    private static final int CHUNK = 1_000;

    @Nested
    class OnAUnixSocket extends Contract {

        OnAUnixSocket() {
            super(Transport.UNIX);
        }
    }

    @Nested
    class OverTcp extends Contract {

        OverTcp() {
            super(Transport.TCP);
        }
    }

    @Nested
    class OverTls extends Contract {

        OverTls() {
            super(Transport.TLS);
        }
    }

    private abstract static class Contract extends EngineContract {

        private final Transport transport;
        private ScriptedDaemon daemon;

        Contract(Transport transport) {
            this.transport = transport;
        }

        @Override
        DaemonHttpClient connect() throws IOException {
            daemon = ScriptedDaemon.on(transport, TLS, ScriptedDaemonTest::serve);
            return DaemonHttpClient.open(daemon.uri(), ScriptedDaemon.clientContext(transport, TLS));
        }

        @AfterEach
        void closeDaemon() {
            daemon.close();
        }
    }

    private static void serve(Visit visit) throws IOException {
        while (visit.readRequest()) {
            String request = visit.request().replaceFirst("\\?.*", "");
            switch (request) {
                case "GET /_ping", "HEAD /_ping" -> visit.answer(200, "text/plain; charset=utf-8", "OK");
                case "GET /version" -> visit.json(200, "{\"ApiVersion\":\"1.41\"}");
                case "GET /containers/json" -> visit.json(200, "[]");
                case "POST /containers/create" -> visit.json(201, "{\"Id\":\"4711\",\"Warnings\":[]}");
                case "POST /containers/4711/start", "DELETE /containers/4711" -> visit.noContent();
                case "POST /containers/4711/attach" -> {
                    attach(visit);
                    return;
                }
                case "GET /events" -> {
                    visit.beginChunks("application/json");
                    visit.awaitEnd();
                    return;
                }
                case "GET /images/" + EngineContract.IMAGE + "/get" -> sendImage(visit);
                default -> visit.json(404, "{\"message\":\"No such container: nosuchcontainer\"}");
            }
        }
    }

    /** Acts as the command {@code cat} on a container without a terminal. */
    private static void attach(Visit visit) throws IOException {
        visit.switchProtocols();
        byte[] text = visit.readToEnd().getBytes(StandardCharsets.UTF_8);
        visit.output.write(ByteBuffer.allocate(8 + text.length)
                .put((byte) 1)
                .position(4)
                .putInt(text.length)
                .put(text)
                .array());
        visit.output.flush();
        visit.endOutput();
    }

    private static void sendImage(Visit visit) throws IOException {
        byte[] archive = new TarArchive()
                .file("manifest.json", 0644, "[]".getBytes(StandardCharsets.UTF_8))
                .toBytes();
        visit.beginChunks("application/x-tar");
        for (int offset = 0; offset < archive.length; offset += CHUNK) {
            visit.chunk(archive, offset, Math.min(CHUNK, archive.length - offset));
        }
        visit.endChunks();
    }
}
