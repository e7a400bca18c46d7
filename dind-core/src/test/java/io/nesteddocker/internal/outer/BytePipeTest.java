package io.nesteddocker.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BytePipeTest {

    private final BytePipe pipe = new BytePipe();

    @Test
    void moreThanItHoldsComesThroughUnharmed() throws Exception {
        byte[] sent = new byte[3_000_001];
        new Random(1).nextBytes(sent);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(sent));
        byte[] received = pipe.input().readAllBytes();
        writing.get(10, TimeUnit.SECONDS);
        assertThat(Arrays.equals(received, sent)).isTrue();
    }

    @Test
    void aWriterWaitsForItsReader() throws Exception {
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(new byte[1_000_000]));
        assertThat(pipe.input().readNBytes(100_000)).hasSize(100_000);
        assertThat(writing).isNotDone();
        pipe.input().readAllBytes();
        writing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWriterWhoseReaderIsGoneIsTold() {
        pipe.input().close();
        assertThatThrownBy(() -> pipe.output().write(new byte[10])).isInstanceOf(IOException.class);
    }

    @Test
    void whatWasWrittenBeforeTheEndIsRead() throws IOException {
        pipe.output().write(new byte[] {1, 2, 3});
        pipe.output().close();
        assertThat(pipe.input().readAllBytes()).containsExactly(1, 2, 3);
    }

    private void write(byte[] bytes) {
        try {
            pipe.output().write(bytes);
            pipe.output().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
