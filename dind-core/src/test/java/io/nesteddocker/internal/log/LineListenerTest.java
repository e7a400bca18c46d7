package io.nesteddocker.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.sweep.UndoStack;
import io.nesteddocker.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that no consumer can disturb the listener, and that lost lines are reported. */
@Timeout(20)
class LineListenerTest {

    private final UndoStack undo = new UndoStack();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theConsumerHasHeardAllInOrderWhenItIsOver() {
        LineListener listener = LineListener.to(heard::add, undo);
        List<String> lines =
                IntStream.range(0, 5_000).mapToObj(i -> "line " + i).toList();
        lines.forEach(listener::accept);
        undo.unwind();
        assertThat(heard).isEqualTo(lines);
    }

    @Test
    void aConsumerThatThrowsHearsTheNextLine() {
        LineListener listener = LineListener.to(
                line -> {
                    heard.add(line);
                    throw new AssertionError("on purpose");
                },
                undo);
        listener.accept("one");
        listener.accept("two");
        assertThat(undo.unwind()).isNull();
        assertThat(heard).containsExactly("one", "two");
    }

    @Test
    void linesThatASlowConsumerMissesAreCounted() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LineListener listener = LineListener.to(
                line -> {
                    begun.countDown();
                    awaitQuietly(goOn);
                    heard.add(line);
                },
                undo);
        listener.accept("first");
        begun.await();
        for (int i = 0; i < LineListener.MOST_WAITING + 7; i++) {
            listener.accept("line " + i);
        }
        goOn.countDown();
        Eventually.await(
                Duration.ofSeconds(10), "the consumer has caught up", () -> heard.size() > LineListener.MOST_WAITING);
        listener.accept("last");
        undo.unwind();
        assertThat(heard)
                .hasSize(LineListener.MOST_WAITING + 3)
                .endsWith(
                        "line " + (LineListener.MOST_WAITING - 1),
                        "nested-docker: 7 lines are missing here, because the log consumer was too slow for them",
                        "last");
    }

    @Test
    void aConsumerThatNeverReturnsIsGivenUp() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        LineListener listener = LineListener.to(
                line -> {
                    if (!awaitQuietly(new CountDownLatch(1))) {
                        interrupted.countDown();
                    }
                },
                undo);
        listener.accept("one");
        assertThat(undo.unwind()).isNull();
        interrupted.await();
    }

    @Test
    void aConsumerMayEndItAll() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        LineListener listener = LineListener.to(
                line -> {
                    undo.unwind();
                    ended.countDown();
                },
                undo);
        listener.accept("one");
        ended.await();
        listener.accept("too late");
        assertThat(undo.unwind()).isNull();
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
