package io.nesteddocker.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests when the relay ends: at the end of its input, without a reader of its output, and at an invalid frame. */
@Timeout(60)
class RelayProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int DONE = 0;
    private static final int CUT = 1;
    private static final int MISUSED = 2;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    private Path service;
    private ServerSocketChannel listener;
    private Process process;
    private BufferedReader words;

    @BeforeEach
    void listen() throws IOException {
        service = folder.resolve("service");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(service));
    }

    @AfterEach
    void endAll() throws IOException {
        if (process != null) {
            process.destroyForcibly();
        }
        listener.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void aFrameThatIsTooLongEndsTheRelay(Program program) throws Exception {
        launch(program);
        assertMisused("00000001 02ffffff", "a frame came that is too long");
    }

    @ParameterizedTest
    @EnumSource
    void aFrameOfAnUnknownKindEndsTheRelay(Program program) throws Exception {
        launch(program);
        assertMisused("00000001 07000000", "a frame came that makes no sense");
    }

    @ParameterizedTest
    @EnumSource
    void aCreditThatNobodyCanHaveEndsTheRelay(Program program) throws Exception {
        launch(program);
        assertMisused(
                open(service) + "00000001 04000004 7fffffff 00000001 04000004 00000001",
                "a frame brought a wrong credit");
    }

    @ParameterizedTest
    @EnumSource
    void moreBytesThanThereIsCreditForEndTheRelay(Program program) throws Exception {
        launch(program);
        String data = "00000001 02010000" + "00".repeat(64 * 1024);
        // How much the socket accepts beyond the credit of 512 KB depends on the machine's settings.
        assertMisused(open(service) + data.repeat(64), "more bytes came than there was credit for");
    }

    @ParameterizedTest
    @EnumSource
    void theRelayEndsWhenItsInputDoes(Program program) throws Exception {
        launch(program);
        process.getOutputStream().close();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(DONE);
    }

    @ParameterizedTest
    @EnumSource
    void theRelayEndsWhenNobodyReadsItsOutput(Program program) throws Exception {
        launch(program);
        process.getInputStream().close();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(CUT);
    }

    /** If its client has gone, an engine no longer reads a command's output, and closes the input. */
    @ParameterizedTest
    @EnumSource
    void theRelayEndsWithItsInputEvenIfItsOutputIsFull(Program program) throws Exception {
        launch(program);
        OutputStream input = process.getOutputStream();
        send(open(service) + "00000001 04000004 7fffffff");
        threads.submit(() -> writeForEver(listener.accept()));
        Eventually.await(PATIENCE, "the relay has written", () -> available(process.getInputStream()) > 0);
        // The pipe's capacity depends on the machine's settings. If the output is not yet full, the relay must end,
        // too.
        Eventually.settled(PATIENCE, "the number of bytes in the output", () -> available(process.getInputStream()));
        input.close();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(DONE);
    }

    private static String open(Path socket) {
        byte[] target = ("socket\0" + socket).getBytes();
        return String.format("00000001 01%06x", target.length) + HexFormat.of().formatHex(target);
    }

    private void assertMisused(String frames, String reason) throws Exception {
        try {
            send(frames);
        } catch (IOException e) {
            assertThat(e).as("the end of the relay").hasMessage("Broken pipe");
        }
        assertThat(nextWords()).isEqualTo("relay: " + reason);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(MISUSED);
    }

    private void launch(Program program) throws Exception {
        process = new ProcessBuilder(program.command(folder)).start();
        words = process.errorReader();
        assertThat(nextWords()).isEqualTo("relay 1");
    }

    /** Reads the next line in another thread, because a thread that reads from a process can't be interrupted. */
    private String nextWords() throws Exception {
        return threads.submit(words::readLine).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void send(String frames) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write(HexFormat.of().parseHex(frames.replace(" ", "")));
        input.flush();
    }

    private static int available(InputStream output) {
        try {
            return output.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Void writeForEver(SocketChannel client) throws IOException {
        try (client) {
            while (true) {
                client.write(ByteBuffer.allocate(100_000));
            }
        }
    }
}
