package io.nesteddocker.internal.sweep;

import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.OuterContainers;
import java.io.Closeable;
import java.io.InputStream;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container that does a task for this program until it is closed. If it is started, the container's standard input ends with this program.
 * Thread-safe.
 */
public final class Helper implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Helper.class);

    private final String id;
    private final UndoStack undo = new UndoStack();
    private volatile boolean started;

    private Helper(OuterContainers containers, String id) {
        this.id = id;
        undo.pushRepeatable("remove a helper", () -> containers.remove(id));
    }

    /** Attaches to a created container. */
    @FunctionalInterface
    public interface Attaching {
        /** Attaches, and returns a handle that closes the connection. */
        Closeable to(String id, InputStream stdin) throws InterruptedException;
    }

    /** Returns the labels of a helper container, or of an object that must not outlive this program. */
    public static Map<String, String> labels(String kind) {
        return Map.of(Labels.KIND, kind, Labels.OWNER, Owner.thisProgram().toString());
    }

    /** Creates the container, and does not start it. If the engine refuses, throws the exception with its answer. */
    public static Helper create(OuterContainers containers, HelperPlan plan) {
        return new Helper(containers, containers.create(plan));
    }

    /** Creates and starts the container. If the engine refuses, throws the exception with its answer. */
    public static Helper start(OuterContainers containers, HelperPlan plan, InputStream stdin, Attaching attaching)
            throws InterruptedException {
        Helper helper = create(containers, plan);
        try {
            Closeable attached = attaching.to(helper.id, stdin);
            helper.undo.push("let go of a helper", () -> {
                stdin.close();
                attached.close();
            });
            containers.start(helper.id);
            helper.started = true;
            return helper;
        } catch (RuntimeException | InterruptedException e) {
            helper.undo.unwindAfter(e);
            throw e;
        }
    }

    /** Returns the container's ID. */
    public String id() {
        return id;
    }

    /**
     * Ends and removes the container, and waits until it is gone. If that fails, an engine still removes a container that was started, at the
     * end of its input. A container that was not started stays until {@link Leftovers} finds it, so the log warns of it.
     */
    @Override
    public void close() {
        Exception failure = undo.unwind();
        if (failure == null) {
            return;
        }
        if (started) {
            LOG.debug("The helper {} did not end cleanly; the engine removes it when its input ends", id, failure);
        } else {
            LOG.warn(
                    "The helper container {} could not be removed from the outer engine, and does not end with this program, because it was"
                            + " never started; remove it with `docker rm -fv {}`. Otherwise, the next program on this machine that starts"
                            + " a daemon on that engine removes it.",
                    id,
                    id,
                    failure);
        }
    }
}
