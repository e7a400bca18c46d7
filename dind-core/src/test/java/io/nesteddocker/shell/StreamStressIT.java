package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Shell;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OpenResources;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests many commands at once, and much data through one command. */
@ExtendWith(LeakCheck.class)
@Timeout(90)
class StreamStressIT {

    private static final int PIPES = 50;
    private static final int MEGABYTE = 1 << 20;
    private static final int LARGE = 100;

    private static NestedDocker docker;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @Test
    void fiftyPipesAtOnceEachGetTheirOwnBytes() throws Exception {
        inPipes(PIPES, StreamStressIT::checksum);
    }

    /** The number of idle connections that are kept may still grow, but by less than one for every second pipe. */
    @Test
    void pipesLeaveNothingOpen() throws Exception {
        inPipes(PIPES, StreamStressIT::checksum);
        OpenResources before = OpenResources.settled();
        inPipes(PIPES, StreamStressIT::checksum);
        inPipes(PIPES, StreamStressIT::checksum);
        before.assertNoMoreNow(PIPES);
    }

    @Test
    void aHundredMegabytesGoThroughOnePipeAndBack() throws Exception {
        byte[] piece = random(1, MEGABYTE);
        MessageDigest sent = sha256();
        MessageDigest received = sha256();
        try (Shell cat = docker.pipe("cat")) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try (OutputStream input = cat.stdin()) {
                    for (int i = 0; i < LARGE; i++) {
                        piece[0] = (byte) i;
                        sent.update(piece);
                        input.write(piece);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (InputStream output = new DigestInputStream(cat.stdout(), received)) {
                assertThat(output.transferTo(OutputStream.nullOutputStream())).isEqualTo((long) LARGE * MEGABYTE);
            }
            sending.join();
            assertThat(cat.awaitExit()).isZero();
        }
        assertThat(received.digest()).isEqualTo(sent.digest());
    }

    @Test
    void aDaemonThatIsKilledEndsAllPipesWithThatReason() throws Exception {
        try (NestedDocker victim = NestedDocker.builder().start()) {
            List<Shell> shells = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Shell shell = victim.pipe("cat");
                shell.stdin().write('x');
                assertThat(shell.stdout().read()).isEqualTo('x');
                shells.add(shell);
            }
            Future<Throwable> writer = CompletableFuture.supplyAsync(() -> catchThrowable(() -> {
                while (true) {
                    shells.get(0).stdin().write(new byte[1024]); // cat returns it, and no thread reads it
                }
            }));
            OuterTestEngine.client().killContainerCmd(victim.name()).exec();

            inPipes(
                    shells.size(),
                    number -> ErrorSentence.of(
                                    catchThrowableOfType(NestedDockerException.class, shells.get(number)::awaitExit))
                            .tried("wait for a command in")
                            .on(victim.name())
                            .because("the daemon container"));
            assertThat(writer.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }

    private static void inPipes(int count, Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<Boolean>> ends = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                ends.add(threads.submit(() -> {
                    work.run(number);
                    return true;
                }));
            }
            for (Future<Boolean> end : ends) {
                assertThat(end.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Work {
        void run(int number) throws Exception;
    }

    /** Runs a command that answers only after the end of its input, so each pipe is half-closed while the output is read. */
    private static void checksum(int number) throws Exception {
        byte[] content = random(number, 200_000 + number);
        try (Shell shell = docker.pipe("sha256sum")) {
            shell.stdin().write(content);
            shell.stdin().close();
            assertThat(new String(shell.stdout().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith(HexFormat.of().formatHex(sha256().digest(content)));
            assertThat(shell.awaitExit()).isZero();
        }
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static MessageDigest sha256() throws Exception {
        return MessageDigest.getInstance("SHA-256");
    }
}
