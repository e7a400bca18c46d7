package io.nesteddocker.internal.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UndoStackTest {

    private final UndoStack undo = new UndoStack();
    private final List<String> undone = new ArrayList<>();

    @AfterEach
    void clearTheInterruptFlag() {
        Thread.interrupted();
    }

    @Test
    void theLastThingIsUndoneFirst() {
        undo.push("one", () -> undone.add("one"));
        undo.push("two", () -> undone.add("two"));
        undo.push("three", () -> undone.add("three"));
        undo.unwind();
        assertThat(undone).containsExactly("three", "two", "one");
    }

    @Test
    void nothingToUndoIsNoFailure() {
        assertThat(undo.unwind()).isNull();
    }

    @Test
    void whatFailsAfterAFailureIsSuppressedInIt() {
        IOException secondary = new IOException("two");
        undo.push("two", () -> {
            throw secondary;
        });
        IllegalStateException first = new IllegalStateException("one");
        undo.unwindAfter(first);
        assertThat(first.getSuppressed()).containsExactly(secondary);
    }

    @Test
    void aStackInAStackFailsWithItsOwnFailure() {
        IOException failure = new IOException("inner");
        UndoStack inner = new UndoStack();
        inner.push("one", () -> {
            throw failure;
        });
        undo.push("the inner stack", inner::unwindOrThrow);
        assertThat(undo.unwind()).isSameAs(failure);
    }

    @Test
    void eachIsUndoneOnce() {
        undo.push("one", () -> undone.add("one"));
        undo.unwind();
        undo.unwind();
        assertThat(undone).containsExactly("one");
    }

    @Test
    void whatIsForgottenIsNotUndone() {
        Runnable forget = undo.push("one", () -> undone.add("one"));
        undo.push("two", () -> undone.add("two"));
        forget.run();
        undo.unwind();
        assertThat(undone).containsExactly("two");
    }

    @Test
    void aFailureDoesNotKeepTheOthersFromRunning() {
        undo.push("one", () -> undone.add("one"));
        undo.push("two", () -> {
            throw new IOException("on purpose");
        });
        undo.unwind();
        assertThat(undone).containsExactly("one");
    }

    @Test
    void theFirstFailureIsReturned() {
        undo.push("one", () -> {
            throw new IOException("later");
        });
        undo.push("two", () -> {
            throw new IOException("first");
        });
        assertThat(undo.unwind()).hasMessage("first");
    }

    @Test
    void laterFailuresAreSuppressedInTheFirst() {
        undo.push("one", () -> {
            throw new IOException("later");
        });
        undo.push("two", () -> {
            throw new IOException("first");
        });
        assertThat(undo.unwind().getSuppressed())
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessage("later"));
    }

    @Test
    void anInterruptIsPutAsideMeanwhile() {
        undo.push(
                "one", () -> undone.add("interrupted: " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        undo.unwind();
        assertThat(undone).containsExactly("interrupted: false");
    }

    @Test
    void anInterruptIsSetAgainAfterwards() {
        undo.push("one", () -> undone.add("one"));
        Thread.currentThread().interrupt();
        undo.unwind();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatAnInterruptBreaksOffIsRunAgainIfItMayBe() {
        undo.pushRepeatable("one", () -> {
            undone.add("one");
            if (undone.size() == 1) {
                throw new InterruptedException("on purpose");
            }
            if (undone.size() == 2) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("a request was broken off, on purpose");
            }
        });
        assertThat(undo.unwind()).isNull();
        assertThat(undone).containsExactly("one", "one", "one");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatFailsWithoutAnInterruptIsNotRunAgain() {
        undo.pushRepeatable("one", () -> {
            undone.add("one");
            throw new IllegalStateException("on purpose");
        });
        assertThat(undo.unwind()).hasMessage("on purpose");
        assertThat(undone).containsExactly("one");
    }

    /** A second attempt would find the inner stack empty, and so would hide the failure. */
    @Test
    void theFailureOfAStackWithinIsKeptAlthoughItWasInterrupted() {
        UndoStack within = new UndoStack();
        within.push("inner", () -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("for good");
        });
        undo.push("outer", () -> {
            Exception failure = within.unwind();
            if (failure != null) {
                throw failure;
            }
        });
        assertThat(undo.unwind()).hasMessage("for good");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anActionThatKeepsThrowingIsGivenUp() {
        undo.pushRepeatable("one", () -> {
            undone.add("one");
            throw new InterruptedException("on purpose");
        });
        assertThat(undo.unwind()).isInstanceOf(InterruptedException.class);
        assertThat(undone).hasSizeGreaterThan(2);
    }

    @Test
    void anInterruptDuringOneLeavesTheOthersAlone() {
        undo.push("one", () -> undone.add("one"));
        undo.push("two", () -> {
            throw new InterruptedException("on purpose");
        });
        undo.unwind();
        assertThat(undone).containsExactly("one");
    }

    @Test
    void anInterruptDuringOneIsSetAfterwards() {
        undo.push("two", () -> {
            throw new InterruptedException("on purpose");
        });
        undo.unwind();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aSecondThreadWaitsUntilTheFirstIsThrough() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        undo.push("one", () -> {
            begun.countDown();
            mayEnd.await();
            undone.add("one");
        });
        CompletableFuture<Void> first = CompletableFuture.runAsync(undo::unwind);
        begun.await();
        CompletableFuture<List<String>> second = CompletableFuture.supplyAsync(() -> {
            undo.unwind();
            return List.copyOf(undone);
        });
        mayEnd.countDown();
        first.get(10, TimeUnit.SECONDS);
        assertThat(second.get(10, TimeUnit.SECONDS)).containsExactly("one");
    }
}
