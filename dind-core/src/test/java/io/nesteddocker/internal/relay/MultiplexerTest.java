package io.nesteddocker.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests many streams over one connection, with the real relay of each processor, run on this machine, at the other end. */
@Timeout(60)
class MultiplexerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path programs;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Process process;
    private Multiplexer multiplexer;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        // A skipped test has not started a multiplexer.
        if (multiplexer != null) {
            multiplexer.close();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the relay ends with its program")
                    .isTrue();
        }
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void carriesBytesBothWays(Program program) throws IOException {
        start(program);
        DaemonConnection stream = streamTo(echo());
        write(stream, "one");
        assertThat(stream.input().readNBytes(3)).asString().isEqualTo("one");
        write(stream, "two");
        assertThat(stream.input().readNBytes(3)).asString().isEqualTo("two");
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterTheEndOfTheInputArrives(Program program) throws IOException {
        start(program);
        DaemonConnection stream = streamTo(service(client -> {
            int length = client.getInputStream().readAllBytes().length;
            client.getOutputStream().write(("got " + length).getBytes());
        }));
        stream.output().write(new byte[3_000_000]);
        stream.closeOutput();
        assertThat(stream.input().readAllBytes()).asString().isEqualTo("got 3000000");
        assertThat(Eventually.holds(PATIENCE, multiplexer::isIdle)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theOtherSideMayEndFirst(Program program) throws Exception {
        start(program);
        CompletableFuture<Integer> later = new CompletableFuture<>();
        DaemonConnection stream = streamTo(service(client -> {
            client.shutdownOutput();
            later.complete(client.getInputStream().readAllBytes().length);
        }));
        assertThat(stream.input().read()).isEqualTo(-1);
        stream.output().write(new byte[100_000]);
        stream.closeOutput();
        assertThat(later.get(20, TimeUnit.SECONDS)).isEqualTo(100_000);
    }

    @ParameterizedTest
    @EnumSource
    void aPortWhereNobodyListensIsRefusedWithTheReason(Program program) throws IOException {
        start(program);
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> streamTo(free)).isInstanceOf(IOException.class).hasMessage("Connection refused");
        assertThat(multiplexer.isIdle()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aSocketThatIsNotThereIsRefusedWithTheReason(Program program) throws IOException {
        start(program);
        assertThatThrownBy(() -> multiplexer.open(List.of("socket", "/no/such/socket")))
                .isInstanceOf(IOException.class)
                .hasMessage("No such file or directory");
    }

    @ParameterizedTest
    @EnumSource
    void anIpv6AddressIsReached(Program program) throws IOException {
        start(program);
        ServerSocket listener;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getByName("::1"));
        } catch (IOException e) {
            assumeTrue(false, "this machine has no ::1: " + e.getMessage());
            return;
        }
        serve(listener, client -> client.getInputStream().transferTo(client.getOutputStream()));
        DaemonConnection stream = multiplexer.open(List.of("tcp", "::1", String.valueOf(listener.getLocalPort())));
        write(stream, "six");
        stream.closeOutput();
        assertThat(stream.input().readAllBytes()).asString().isEqualTo("six");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceThatResetsOneStreamHarmsNoOther(Program program) throws IOException {
        start(program);
        DaemonConnection healthy = streamTo(echo());
        DaemonConnection victim = streamTo(service(client -> {
            client.getInputStream().read();
            client.setSoLinger(true, 0);
        }));
        write(victim, "x");
        assertThatThrownBy(() -> victim.input().read())
                .isInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer");
        write(healthy, "well");
        assertThat(healthy.input().readNBytes(4)).asString().isEqualTo("well");
    }

    /** A daemon refuses an upload in this way: it answers and stops reading. */
    @ParameterizedTest
    @EnumSource
    void theAnswerOfAServiceThatTakesNothingMoreIsRead(Program program) throws IOException {
        start(program);
        DaemonConnection stream = streamTo(service(client -> {
            client.getInputStream().readNBytes(10);
            client.getOutputStream().write("enough".getBytes());
            client.shutdownOutput();
            // If unread data is left at the close, the kernel resets the connection.
            while (client.getInputStream().available() < 100_000) {
                Eventually.sleep(10);
            }
        }));
        assertThatThrownBy(() -> {
                    while (true) {
                        stream.output().write(new byte[10_000]);
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(stream.input().readNBytes(6)).asString().isEqualTo("enough");
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatNobodyReadsHoldsUpNoOther(Program program) throws IOException {
        start(program);
        AtomicLong written = new AtomicLong();
        DaemonConnection unread = streamTo(service(client -> {
            for (int i = 0; i < 1_000; i++) {
                client.getOutputStream().write(new byte[100_000]);
                written.addAndGet(100_000);
            }
        }));
        DaemonConnection other = streamTo(echo());
        for (int i = 0; i < 200; i++) {
            write(other, "ping");
            assertThat(other.input().readNBytes(4)).asString().isEqualTo("ping");
        }
        Eventually.await(PATIENCE, "the window is full", () -> written.get() > MultiplexedStream.WINDOW);
        assertThat(Eventually.settled(PATIENCE, "the number of bytes written", written::get))
                .as("the writer is held back")
                .isLessThan(50_000_000);
        assertThat(unread.input().readNBytes(60_000_000)).hasSize(60_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void aServiceThatReadsNothingHoldsBackItsWriterAndNoOther(Program program) throws Exception {
        start(program);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Long> received = new CompletableFuture<>();
        DaemonConnection slow = streamTo(service(client -> {
            goOn.join();
            received.complete(client.getInputStream().transferTo(OutputStream.nullOutputStream()));
        }));
        AtomicLong sent = new AtomicLong();
        Future<?> writer = threads.submit(() -> {
            for (int i = 0; i < 600; i++) {
                slow.output().write(new byte[100_000]);
                sent.addAndGet(100_000);
            }
            slow.closeOutput();
            return null;
        });
        DaemonConnection other = streamTo(echo());
        for (int i = 0; i < 200; i++) {
            write(other, "ping");
            assertThat(other.input().readNBytes(4)).asString().isEqualTo("ping");
        }
        Eventually.await(PATIENCE, "the writer has begun", () -> sent.get() > 0);
        assertThat(Eventually.settled(PATIENCE, "the number of bytes sent", sent::get))
                .as("the writer is held back")
                .isLessThan(50_000_000);
        goOn.complete(null);
        writer.get(20, TimeUnit.SECONDS);
        assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(60_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void manyStreamsOpenedAndClosedAtOnceCarryTheirOwnBytes(Program program) throws Exception {
        start(program);
        int port = echo();
        List<Future<Boolean>> ends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int seed = i;
            ends.add(threads.submit(() -> comesBack(port, seed)));
        }
        for (Future<Boolean> end : ends) {
            assertThat(end.get()).isTrue();
        }
        assertThat(Eventually.holds(PATIENCE, multiplexer::isIdle)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closingAStreamClosesTheServicesSide(Program program) throws Exception {
        start(program);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        DaemonConnection stream = streamTo(service(client -> {
            client.getOutputStream().write(1);
            end.complete(client.getInputStream().read());
        }));
        assertThat(stream.input().read()).isEqualTo(1);
        stream.close();
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
        assertThat(multiplexer.isIdle()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closingAStreamEndsAReadThatWaits(Program program) throws Exception {
        start(program);
        DaemonConnection stream = streamTo(echo());
        Future<Integer> reader = threads.submit(() -> stream.input().read());
        stream.close();
        assertThat(reader)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatIsInterruptedHarmsItsOwnStreamAlone(Program program) throws Exception {
        start(program);
        DaemonConnection interrupted = streamTo(service(client -> Eventually.holds(PATIENCE, client::isClosed)));
        DaemonConnection other = streamTo(echo());
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread writer = new Thread(() -> failure.complete(catchThrowable(() -> {
            while (true) {
                interrupted.output().write(new byte[100_000]);
            }
        })));
        writer.start();
        assertThat(Eventually.holds(PATIENCE, () -> writer.getState() == Thread.State.WAITING))
                .isTrue();
        writer.interrupt();
        assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        write(other, "unharmed");
        assertThat(other.input().readNBytes(8)).asString().isEqualTo("unharmed");
    }

    @ParameterizedTest
    @EnumSource
    void theDeathOfTheRelayEndsAllStreams(Program program) throws Exception {
        start(program);
        int port = echo();
        DaemonConnection one = streamTo(port);
        DaemonConnection two = streamTo(port);
        Future<Integer> reader = threads.submit(() -> one.input().read());
        process.destroyForcibly().waitFor();
        assertThatThrownBy(reader::get)
                .rootCause()
                .hasMessageStartingWith("the relay in the daemon container has ended");
        assertThatThrownBy(() -> {
                    while (true) {
                        two.output().write(new byte[10_000]);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the relay in the daemon container has ended");
        assertThat(multiplexer.isOpen()).isFalse();
        assertThatThrownBy(() -> streamTo(port)).hasMessageStartingWith("the relay in the daemon container has ended");
    }

    @ParameterizedTest
    @EnumSource
    void aUnixSocketWhoseQueueIsFullIsWaitedFor(Program program, @TempDir Path folder) throws Exception {
        start(program);
        Path path = folder.resolve("full.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path), 1);
            List<Future<DaemonConnection>> waiting = new ArrayList<>();
            List<Thread> openers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                FutureTask<DaemonConnection> opening =
                        new FutureTask<>(() -> multiplexer.open(List.of("socket", path.toString())));
                waiting.add(opening);
                openers.add(new Thread(opening));
            }
            openers.forEach(Thread::start);
            // The relay handles frames in order, so it has tried all of them once it has answered this one.
            Eventually.await(
                    PATIENCE,
                    "all threads have sent their frames",
                    () -> openers.stream().allMatch(MultiplexerTest::waitsOrHasEnded));
            streamTo(echo());
            assertThat(waiting).as("those for which the queue has no place").anyMatch(one -> !one.isDone());
            for (int i = 0; i < 8; i++) {
                SocketChannel accepted = listener.accept();
                open.add(accepted);
            }
            for (Future<DaemonConnection> one : waiting) {
                assertThat(one.get(20, TimeUnit.SECONDS).isIdle()).isTrue();
            }
        }
    }

    private static boolean waitsOrHasEnded(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            case NEW, RUNNABLE, BLOCKED -> false;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatHasSpokenOrEndedIsNotQuiet(Program program) throws IOException {
        start(program);
        DaemonConnection silent = streamTo(echo());
        DaemonConnection speaks = streamTo(service(client -> {
            client.getOutputStream().write(1);
            client.getInputStream().read();
        }));
        DaemonConnection ends = streamTo(service(client -> client.shutdownOutput()));
        assertThat(Eventually.holds(PATIENCE, () -> !speaks.isIdle())).isTrue();
        assertThat(Eventually.holds(PATIENCE, () -> !ends.isIdle())).isTrue();
        assertThat(silent.isIdle()).isTrue();
    }

    /** Idle streams cost the relay almost no memory, and it frees the memory of data that has been delivered. */
    @Test
    void oneProcessOfThreeMegabytesCarriesTwoHundredStreams() throws Exception {
        start(Program.ofThisMachine());
        int port = echo();
        List<DaemonConnection> streams = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            streams.add(streamTo(port));
        }
        List<Future<Integer>> echoes = new ArrayList<>();
        for (DaemonConnection stream : streams) {
            echoes.add(threads.submit(() -> {
                stream.output().write(new byte[100_000]);
                return stream.input().readNBytes(100_000).length;
            }));
        }
        for (Future<Integer> echo : echoes) {
            assertThat(echo.get()).isEqualTo(100_000);
        }
        assertThat(residentKilobytes()).as("with 200 open streams").isLessThanOrEqualTo(3 * 1024);
        for (DaemonConnection stream : streams) {
            stream.close();
        }
        assertThat(residentKilobytes()).as("after 200 streams").isLessThanOrEqualTo(3 * 1024);
    }

    private int residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "socket",
                "tcp\0127.0.0.1",
                "tcp\0localhost\0" + "80",
                "tcp\0127.0.0.1\0" + "0",
                "inside\0me\0::1\0" + "7",
                "a\0b\0c\0d\0e"
            })
    void aTargetThatMakesNoSenseIsRefusedAndHarmsNoOther(String target) throws IOException {
        start(Program.ofThisMachine());
        assertThatThrownBy(() -> multiplexer.open(List.of(target)))
                .isInstanceOf(IOException.class)
                .hasMessage("Invalid argument");
        DaemonConnection stream = streamTo(echo());
        write(stream, "well");
        assertThat(stream.input().readNBytes(4)).asString().isEqualTo("well");
    }

    private boolean comesBack(int port, int seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 3; round++) {
            byte[] sent = new byte[random.nextInt(200_000)];
            random.nextBytes(sent);
            DaemonConnection stream = streamTo(port);
            Future<?> writer = threads.submit(() -> {
                stream.output().write(sent);
                stream.closeOutput();
                return null;
            });
            byte[] received = stream.input().readAllBytes();
            writer.get();
            stream.close();
            if (!Arrays.equals(received, sent)) {
                return false;
            }
        }
        return true;
    }

    private void start(Program program) throws IOException {
        process = new ProcessBuilder(program.command(programs)).start();
        BufferedReader words = process.errorReader();
        // A thread that reads from a process can't be interrupted.
        assertThat(threads.submit(words::readLine)).succeedsWithin(PATIENCE).isEqualTo("relay 1");
        threads.submit(() -> words.lines().forEach(System.out::println));
        multiplexer = Multiplexer.over("nested-docker-test", carrier());
    }

    private DaemonConnection carrier() {
        InputStream input = process.getInputStream();
        OutputStream output = process.getOutputStream();
        return DaemonConnection.of(input, output, output::close, output::close, () -> input.available() == 0);
    }

    private DaemonConnection streamTo(int port) throws IOException {
        return multiplexer.open(List.of("tcp", "127.0.0.1", String.valueOf(port)));
    }

    private static void write(DaemonConnection stream, String text) throws IOException {
        stream.output().write(text.getBytes());
    }

    private int echo() throws IOException {
        return service(client -> client.getInputStream().transferTo(client.getOutputStream()));
    }

    private interface Service {
        void serve(Socket client) throws IOException;
    }

    private int service(Service service) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        serve(listener, service);
        return listener.getLocalPort();
    }

    private void serve(ServerSocket listener, Service service) {
        open.add(listener);
        threads.submit(() -> {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                threads.submit(() -> {
                    try (client) {
                        service.serve(client);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        });
    }
}
