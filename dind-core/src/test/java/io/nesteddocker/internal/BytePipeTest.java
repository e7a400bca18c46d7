package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BytePipeTest {

    private final BytePipe pipe = new BytePipe();

    @Test
    void whatGoesInComesOutInOrder() throws Exception {
        byte[] sent = new byte[1_000_003];
        new Random(7).nextBytes(sent);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(sent));
        assertThat(pipe.input().readAllBytes()).isEqualTo(sent);
        writer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWriterWaitsWhileThePipeIsFull() throws Exception {
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(new byte[64 * 1024 + 1]));
        assertThat(pipe.input().readNBytes(64 * 1024)).hasSize(64 * 1024);
        assertThat(pipe.input().readAllBytes()).hasSize(1);
        writer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anUnlimitedPipeTakesAllWithoutAReader() throws IOException {
        byte[] sent = new byte[1_000_003];
        new Random(7).nextBytes(sent);
        BytePipe unlimited = BytePipe.unlimited();
        unlimited.output().write(sent, 0, 700);
        byte[] first = unlimited.input().readNBytes(500);
        unlimited.output().write(sent, 700, sent.length - 700);
        assertThat(first).isEqualTo(Arrays.copyOf(sent, 500));
        assertThat(unlimited.input().readNBytes(unlimited.input().available()))
                .isEqualTo(Arrays.copyOfRange(sent, 500, sent.length));
    }

    @Test
    void theRestIsReadAfterTheEnd() throws IOException {
        pipe.output().write(1);
        pipe.end("over");
        assertThat(pipe.input().readAllBytes()).containsExactly(1);
        assertThatThrownBy(() -> pipe.output().write(2))
                .isInstanceOf(IOException.class)
                .hasMessage("over");
    }

    @Test
    void aBreakIsNotTheEnd() throws IOException {
        pipe.output().write(1);
        pipe.fail("the line is cut");
        assertThat(pipe.input().read()).isEqualTo(1);
        assertThatThrownBy(() -> pipe.input().read())
                .isInstanceOf(IOException.class)
                .hasMessage("the line is cut");
    }

    @Test
    void aBreakFreesAWaitingWriter() {
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(new byte[1_000_000]));
        pipe.fail("the line is cut");
        assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("the line is cut");
    }

    @Test
    void aSideThatWaitsTooLongGivesUp() throws IOException {
        BytePipe small = new BytePipe(2, Duration.ofMillis(20));
        assertThatThrownBy(() -> small.input().read())
                .isInstanceOf(IOException.class)
                .hasMessage("nothing moved for 0 s");
        small.output().write(new byte[] {1, 2});
        assertThatThrownBy(() -> small.output().write(3))
                .isInstanceOf(IOException.class)
                .hasMessage("nothing moved for 0 s");
        small.output().close();
        assertThat(small.input().readAllBytes()).containsExactly(1, 2);
    }

    @Test
    void anInterruptFreesAWaitingReaderAndStaysSet() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pipe.input().read()).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private void write(byte[] bytes) {
        try (OutputStream output = pipe.output()) {
            output.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
