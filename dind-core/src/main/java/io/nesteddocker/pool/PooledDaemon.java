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

    /** The states of a daemon. */
    enum State {
        STARTING,
        IDLE,
        LEASED,
        RESETTING,
        ENDING,
        /** The pool no longer counts the daemon: it was closed, did not start, or its engine is lost. */
        GONE
    }

    /** Creates a daemon that will be started; {@code wanted} is true if a caller waits for it. */
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

    /** Returns whether a caller waits for this start. */
    boolean wanted() {
        return wanted;
    }

    /** Records that the caller no longer waits. */
    void notWanted() {
        wanted = false;
    }

    /** Sets the thread that starts the daemon, so that it can be interrupted; null if there is none. */
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

    /** Returns whether the daemon was leased before. */
    boolean used() {
        return used;
    }

    /** Records that the daemon was reset, and waits for the next lease. */
    void idleAgain() {
        used = true;
        become(State.IDLE);
    }

    /** Records that the daemon has ended, so that it is not leased. */
    void ended() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Records that the start failed. */
    void failed(RuntimeException reason) {
        failure = reason;
        become(State.GONE);
    }

    /** Records that the engine is lost, and interrupts a start that is still running. */
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

    /** Returns why the engine is lost; empty if it is not. */
    String lostBecause() {
        return lostBecause;
    }

    /** Returns why the start failed; null if it did not. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }
}
