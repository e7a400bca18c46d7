package io.nesteddocker.internal.inner;

import io.nesteddocker.internal.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of an inner engine after its start, and the return to it. Thread-safe. */
public final class InitialState {

    private static final Logger LOG = LoggerFactory.getLogger(InitialState.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EngineCalls calls;
    private final @Nullable EngineState state;

    private InitialState(EngineCalls calls, @Nullable EngineState state) {
        this.calls = calls;
        this.state = state;
    }

    /** Returns the state of an engine on an empty data root, without asking the engine. */
    public static InitialState ofEmptyEngine(InnerEngine inner) {
        return new InitialState(inner.calls(), EngineState.blank(Map.of()));
    }

    /**
     * Returns the state of an engine on an empty data root into which images were copied.
     *
     * @param images the names of all images by ID; empty to ask the engine for them
     */
    public static InitialState ofEngineWithImages(InnerEngine inner, Optional<Map<String, Set<String>>> images) {
        return images.isPresent()
                ? new InitialState(inner.calls(), EngineState.blank(images.get()))
                : read(inner, work -> EngineState.blank(EngineState.images(inner.calls())));
    }

    /** Reads the state of an engine that others may have used before. */
    public static InitialState ofUsedEngine(InnerEngine inner) {
        return read(inner, work -> EngineState.read(inner.calls(), work));
    }

    /** A way to read an engine's state. */
    private interface Look {
        EngineState at(ParallelTasks work) throws InterruptedException;
    }

    /** Reads the state. If that fails, only a later reset is impossible, so the start does not fail. */
    private static InitialState read(InnerEngine inner, Look look) {
        try (ParallelTasks work = new ParallelTasks(Deadline.in(PATIENCE))) {
            return new InitialState(inner.calls(), look.at(work));
        } catch (RuntimeException e) {
            LOG.debug("The engine's state can't be read, so it can't be reset later", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new InitialState(inner.calls(), null);
    }

    /** Restores the state of the engine, and returns the differences that remain. */
    public List<String> restore() throws InterruptedException {
        EngineState wanted = state;
        if (wanted == null) {
            return List.of("a state at the start that could not be read");
        }
        Deadline deadline = Deadline.in(PATIENCE);
        try (ParallelTasks work = new ParallelTasks(deadline)) {
            return new Reset(calls, wanted, work).run(deadline);
        }
    }
}
