package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.ErrorSentence;
import org.junit.jupiter.api.Test;

class GuardedListenerTest {

    private static final Progress REPORT = new Progress("the image a:1", "sending", 1, 2);

    @Test
    void aListenerThatThrowsIsNamed() {
        for (Throwable boom : new Throwable[] {new IllegalStateException("boom"), new AssertionError("boom")}) {
            assertThatThrownBy(() -> throwing(boom).onProgress(REPORT))
                    .isInstanceOf(NestedDockerException.class)
                    .hasCause(boom)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("report \"sending\" of the image a:1")
                            .on(GuardedListenerTest.class.getName())
                            .because("it threw " + boom)
                            .cure("Fix the listener"));
        }
    }

    @Test
    void itIsFoundBelowOtherFailuresAndNothingElseIs() {
        assertThatThrownBy(() -> {
                    try {
                        throwing(new IllegalStateException("boom")).onProgress(REPORT);
                    } catch (NestedDockerException e) {
                        GuardedListener.rethrow(new IllegalStateException(new IllegalStateException(e)));
                    }
                })
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("progress listener");
        assertThatCode(() -> GuardedListener.rethrow(new IllegalStateException(new IllegalStateException("other"))))
                .doesNotThrowAnyException();
    }

    private static ProgressListener throwing(Throwable boom) {
        return GuardedListener.of(progress -> {
            if (boom instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) boom;
        });
    }
}
