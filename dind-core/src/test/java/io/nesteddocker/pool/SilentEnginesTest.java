package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.FixedAnswerServer;
import io.nesteddocker.testing.StandardError;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a pool whose outer engines do not answer. */
@Timeout(60)
class SilentEnginesTest {

    private static final NestedDockerSpec SPEC = NestedDocker.builder().spec();
    private static final URI NOWHERE = URI.create("unix:///nowhere.sock");
    private static final PollingIntervals QUICK = new PollingIntervals(
            Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1));

    @Test
    void ifNoEngineAnswersEachIsNamedWithTheReason() throws IOException {
        try (FixedAnswerServer mute = FixedAnswerServer.never();
                NestedDockerPool pool = NestedDockerPool.builder(SPEC)
                        .outers(NOWHERE, mute.uri())
                        .build(QUICK)) {
            Throwable failure = catchThrowable(pool::lease);

            assertThat(failure).isInstanceOf(NoOuterEngineException.class);
            ErrorSentence.of(failure)
                    .tried("take a daemon from a pool")
                    .on("unix:///nowhere.sock (no answer: ")
                    .on(mute.uri() + " (no answer: nothing came within 100 ms)")
                    .because("none of them answers")
                    .cure("check them");
        }
    }

    @Test
    void theLogNamesAnEngineThatNeverAnsweredTheTimeLimitAndWhatToDo() throws IOException {
        try (FixedAnswerServer mute = FixedAnswerServer.never()) {
            String warning =
                    "The outer engine " + mute.uri() + " of a pool does not answer: nothing came within 100 ms; ";

            String log = StandardError.of(
                    () -> {
                        try (NestedDockerPool pool = NestedDockerPool.builder(SPEC)
                                .outers(mute.uri())
                                .build(QUICK)) {
                            assertThat(catchThrowable(pool::lease)).isInstanceOf(NoOuterEngineException.class);
                        }
                    },
                    Duration.ofSeconds(20),
                    warning);

            assertThat(log).contains("WARN").contains(warning + "check this engine, with `docker info` for example");
        }
    }

    @Test
    void aContextThatDoesNotExistIsNamedWithTheReason() {
        try (NestedDockerPool pool =
                NestedDockerPool.builder(SPEC).outerContexts("no-such-context").build(QUICK)) {
            ErrorSentence.of(catchThrowable(pool::lease))
                    .tried("take a daemon from a pool")
                    .on("docker context no-such-context (no answer: ")
                    .because("none of them answers")
                    .cure("check them");
        }
    }

    @Test
    void aPoolThatWasClosedAsksNobody() throws IOException {
        NestedDockerPool pool = NestedDockerPool.builder(SPEC).outers(NOWHERE).build(QUICK);
        pool.close();

        ErrorSentence.of(catchThrowable(pool::leaseFresh))
                .tried("take a daemon from a pool")
                .because("closed")
                .cure("create another pool");
    }
}
