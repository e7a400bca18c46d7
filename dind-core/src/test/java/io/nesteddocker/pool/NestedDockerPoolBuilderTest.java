package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests which options a pool refuses before it starts a daemon. */
class NestedDockerPoolBuilderTest {

    @Test
    void daemonsOfWhichThereCanBeOneOnlyAreRefused() {
        Map<String, NestedDockerBuilder> singles = Map.of(
                "name(\"one\")", NestedDocker.builder().name("one"),
                "port(2376)", NestedDocker.builder().port(2376),
                "a named volume", NestedDocker.builder().dataRoot(DataRoot.volume("data")));

        singles.forEach(
                (words, builder) -> ErrorSentence.of(catchThrowable(() -> NestedDockerPool.builder(builder.spec())))
                        .tried("make a pool of daemons")
                        .on(words)
                        .because("there can be only one")
                        .cure("leave that option out"));
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        NestedDockerPoolBuilder builder =
                NestedDockerPool.builder(NestedDocker.builder().spec());

        ErrorSentence.of(catchThrowable(() -> builder.warm(-1)))
                .tried("keep -1 daemons warm")
                .because("the number can't be negative")
                .cure("0 or more");
        ErrorSentence.of(catchThrowable(() -> builder.maxSize(0)))
                .tried("limit a pool to 0 daemons")
                .because("a pool needs at least one")
                .cure("1 or more");
    }

    @Test
    void engineListsThatMakeNoSenseAreRefused() {
        NestedDockerPoolBuilder builder =
                NestedDockerPool.builder(NestedDocker.builder().spec());

        ErrorSentence.of(catchThrowable(builder::outers))
                .tried("add outer engines to a pool")
                .because("none was given")
                .cure("give one or more");
        ErrorSentence.of(catchThrowable(builder::outerContexts))
                .tried("add outer engines to a pool")
                .because("none was given")
                .cure("give one or more");
        ErrorSentence.of(catchThrowable(() -> builder.outers(URI.create("tcp://one:1"), URI.create("tcp://one:1"))))
                .tried("add the outer engine tcp://one:1")
                .because("it was added before")
                .cure("leave one of the two out");
        ErrorSentence.of(catchThrowable(() -> builder.outers(URI.create("ftp://one"))))
                .tried("use the outer engine at \"ftp://one\"")
                .because("scheme is not known")
                .cure("tcp://host:port");
        ErrorSentence.of(catchThrowable(() -> builder.outerContexts(" ")))
                .tried("use the outer engine of the docker context")
                .because("the name is blank")
                .cure("docker context ls");
    }

    @Test
    void whoTakesADaemonThatCannotBeStartedHearsWhy() {
        try (NestedDockerPool pool = NestedDockerPool.builder(NestedDocker.builder()
                        .outer(URI.create("unix:///nowhere.sock"))
                        .spec())
                .build()) {
            ErrorSentence.of(catchThrowable(pool::lease))
                    .tried("reach the outer Docker engine")
                    .on("unix:///nowhere.sock");
            ErrorSentence.of(catchThrowable(pool::leaseFresh)).tried("reach the outer Docker engine");
        }
    }

    @Test
    void aClosedPoolGivesNothing() {
        NestedDockerPool pool = NestedDockerPool.builder(NestedDocker.builder()
                        .outer(URI.create("unix:///nowhere.sock"))
                        .spec())
                .warm(0)
                .build();
        pool.close();
        pool.close();

        ErrorSentence.of(catchThrowable(pool::lease))
                .tried("take a daemon from a pool")
                .because("closed")
                .cure("create another pool");
    }
}
