package io.nesteddocker.internal.inner;

import io.nesteddocker.internal.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How an inner engine was when its start was over, and the way back to that. Thread-safe. */
public final class InitialState {

    private static final Logger LOG = LoggerFactory.getLogger(InitialState.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EngineCalls calls;
    private final @Nullable EngineState state;

    private InitialState(EngineCalls calls, @Nullable EngineState state) {
        this.calls = calls;
        this.state = state;
    }

    /** The state of an engine on an empty data root, which costs nothing to know. */
    public static InitialState ofEmptyEngine(InnerEngine inner) {
        return new InitialState(inner.calls(), EngineState.blank(Map.of()));
    }

    /** The state of an engine on an empty data root that images were brought into. */
    public static InitialState ofEngineWithImages(InnerEngine inner) {
        return read(inner, work -> EngineState.blank(EngineState.images(inner.calls())));
    }

    /** The state of an engine that others may have used before. */
    public static InitialState ofUsedEngine(InnerEngine inner) {
        return read(inner, work -> EngineState.read(inner.calls(), work));
    }

    /** Something that looks at an engine. */
    private interface Look {
        EngineState at(SideBySide work) throws InterruptedException;
    }

    /** A start does not fail because nobody will be able to undo what comes after it. */
    private static InitialState read(InnerEngine inner, Look look) {
        try (SideBySide work = new SideBySide(Deadline.in(PATIENCE))) {
            return new InitialState(inner.calls(), look.at(work));
        } catch (RuntimeException e) {
            LOG.debug("The engine's state can't be read, so it can't be reset later", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new InitialState(inner.calls(), null);
    }

    /** Brings the engine back to the state; returns in what it differs where that can't be done. */
    public List<String> restore() throws InterruptedException {
        EngineState wanted = state;
        if (wanted == null) {
            return List.of("a state at the start that could not be read");
        }
        Deadline deadline = Deadline.in(PATIENCE);
        try (SideBySide work = new SideBySide(deadline)) {
            return new Reset(calls, wanted, work).run(deadline);
        }
    }
}
