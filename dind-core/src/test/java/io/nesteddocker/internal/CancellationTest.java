package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final Cancellation cancellation = new Cancellation();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void letsWorkGoOnUntilItIsCancelled() {
        assertThatCode(cancellation::throwIfCancelled).doesNotThrowAnyException();
    }

    @Test
    void endsTheWorkAtItsNextStep() {
        cancellation.cancel();
        assertThatThrownBy(cancellation::throwIfCancelled).isInstanceOf(Cancellation.CancelledException.class);
    }

    @Test
    void saysThatItWasCancelled() {
        cancellation.cancel();
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void runsAnActionWhenCancelled() {
        cancellation.onCancel(runs::incrementAndGet);
        cancellation.cancel();
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsAnActionOnceHoweverOftenItIsCancelled() {
        cancellation.onCancel(runs::incrementAndGet);
        cancellation.cancel();
        cancellation.cancel();
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsAnActionAtOnceThatComesTooLate() {
        cancellation.cancel();
        cancellation.onCancel(runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }

    @Test
    void doesNotRunAnActionWhoseRegistrationIsClosed() {
        cancellation.onCancel(runs::incrementAndGet).close();
        cancellation.cancel();
        assertThat(runs).hasValue(0);
    }

    @Test
    void keepsOtherActionsWhenOneRegistrationIsClosed() {
        cancellation.onCancel(runs::incrementAndGet);
        cancellation.onCancel(() -> runs.addAndGet(100)).close();
        cancellation.cancel();
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsTheOtherActionsWhenOneFails() {
        cancellation.onCancel(() -> {
            throw new IllegalStateException("on purpose");
        });
        cancellation.onCancel(runs::incrementAndGet);
        assertThatThrownBy(cancellation::cancel).hasMessage("on purpose");
        assertThat(runs).hasValue(1);
    }
}
