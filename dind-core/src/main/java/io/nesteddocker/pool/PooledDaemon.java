package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NoOuterEngineException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A daemon of a pool, from the decision to start it until it is gone. The caller of any method holds the pool's lock. */
final class PooledDaemon {

    private final PoolEngine engine;
    private State state = State.STARTING;
    private boolean wanted;
    private boolean used;
    private @Nullable NestedDocker docker;
    private @Nullable Thread starter;
    private @Nullable RuntimeException failure;
    private String lostBecause = "";
    private boolean ended;

    /** What becomes of a daemon. */
    enum State {
        STARTING,
        IDLE,
        LEASED,
        RESETTING,
        ENDING,
        /** The pool does not count it any more: it was closed, did not start, or its engine is lost. */
        GONE
    }

    /** A daemon that is to be started; {@code wanted} if a caller waits for it. */
    PooledDaemon(PoolEngine engine, boolean wanted) {
        this.engine = engine;
        this.wanted = wanted;
    }

    PoolEngine engine() {
        return engine;
    }

    boolean is(State asked) {
        return state == asked;
    }

    void become(State next) {
        state = next;
    }

    /** Whether a caller waits for this start. */
    boolean wanted() {
        return wanted;
    }

    /** The caller waits no more. */
    void notWanted() {
        wanted = false;
    }

    /** The thread that starts it, so that it can be interrupted; null if none does. */
    void startedBy(@Nullable Thread thread) {
        starter = thread;
    }

    void started(NestedDocker running) {
        docker = running;
        become(wanted ? State.LEASED : State.IDLE);
    }

    boolean isStarted() {
        return docker != null;
    }

    NestedDocker docker() {
        return Objects.requireNonNull(docker, "the daemon was not started yet");
    }

    /** Whether it was leased before. */
    boolean used() {
        return used;
    }

    /** It was reset, and waits for the next lessee. */
    void idleAgain() {
        used = true;
        become(State.IDLE);
    }

    /** It ended, so nobody may take it. */
    void ended() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Its start failed. */
    void failed(RuntimeException reason) {
        failure = reason;
        become(State.GONE);
    }

    /** Its engine is lost; a start that is under way is broken off. */
    void lose(String reason) {
        lostBecause = reason;
        if (state == State.STARTING) {
            failure = new NoOuterEngineException(
                    "Tried to start a daemon of a pool on the outer engine " + engine.name()
                            + " but that engine stopped answering: " + reason
                            + "; take another lease, which comes from another engine.",
                    null);
        }
        become(State.GONE);
        if (starter != null) {
            starter.interrupt();
        }
    }

    /** Why its engine is lost; empty if it is not. */
    String lostBecause() {
        return lostBecause;
    }

    /** Why its start failed; null if it did not. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }
}
