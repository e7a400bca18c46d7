package io.nesteddocker.internal.launch;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.launch.Hold.Condition;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.ReuseOptions;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemons that earlier programs have left under one name. A search for one also removes the daemons that no program holds and that
 * can't be reused: daemons with other options, daemons whose start was not completed, and daemons that are not in the condition that the
 * options ask for. For use by one thread.
 */
final class LeftDaemons {

    private static final Logger LOG = LoggerFactory.getLogger(LeftDaemons.class);

    private final Options options;
    private final ReuseOptions reuse;
    private final OuterEngine outer;

    LeftDaemons(Options options, ReuseOptions reuse, OuterEngine outer) {
        this.options = options;
        this.reuse = reuse;
        this.outer = outer;
    }

    /**
     * A daemon that this program holds now.
     *
     * @param container its container
     * @param hold stops other programs from using it
     * @param relay carries streams into the container
     */
    record Taken(ContainerState container, Hold hold, Relay relay) {}

    /** Takes the oldest daemon that fits. */
    Optional<Taken> take() {
        List<ContainerState> left = new ArrayList<>(outer.containers().labelled(Labels.REUSE + "=" + reuse.name()));
        Collections.reverse(left);
        for (ContainerState container : left) {
            if (container.status().equals("running")) {
                Optional<Taken> taken = take(container);
                if (taken.isPresent()) {
                    return taken;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Taken> take(ContainerState container) {
        UndoStack undo = new UndoStack();
        try {
            Relay relay = Attachment.relay(outer, container.id());
            undo.push("end the relay", relay::close);
            Optional<Path> folder = folder(container);
            Optional<Hold> hold = Hold.take(folder, relay);
            if (hold.isEmpty()) {
                LOG.debug("Another program uses the daemon {}", container.name());
                undo.unwind();
                return Optional.empty();
            }
            undo.push("let go of the daemon", hold.get()::close);
            Taken taken = new Taken(container, hold.get(), relay);
            if (isBeingStarted(taken)) {
                undo.unwind();
                return Optional.empty();
            }
            Optional<String> flaw = flaw(taken);
            if (flaw.isEmpty()) {
                return Optional.of(taken);
            }
            LOG.info("The daemon {} is not reused because {}; it is removed", container.name(), flaw.get());
            remove(taken);
        } catch (IOException | RuntimeException e) {
            // It may have ended by itself in the meantime.
            LOG.debug("The daemon {} can't be reused: {}", container.name(), Reason.of(e), e);
        }
        undo.unwind();
        return Optional.empty();
    }

    static Optional<Path> folder(ContainerState container) {
        return Optional.ofNullable(container.labels().get(Labels.REUSE_FOLDER)).map(Path::of);
    }

    /** Between the start of a daemon and the moment when its program holds it, another program can get the hold. */
    private static boolean isBeingStarted(Taken taken) {
        return taken.hold().found() == Condition.BEGUN
                && !Owner.parse(taken.container().labels().getOrDefault(Labels.OWNER, ""))
                        .map(Owner::hasEnded)
                        .orElse(false);
    }

    private Optional<String> flaw(Taken taken) {
        if (!taken.hold().fingerprint().equals(options.fingerprint())) {
            return Optional.of("it was started with other options");
        }
        return switch (taken.hold().found()) {
            case BEGUN -> Optional.of("its start was not completed");
            case CLEAN -> Optional.empty();
            case USED ->
                reuse.condition() == Reuse.AS_IT_WAS
                        ? Optional.empty()
                        : Optional.of("the last program that used it ended without closing it");
        };
    }

    /** Removes a daemon that this program has taken. */
    void remove(Taken taken) {
        UndoStack steps = new UndoStack();
        taken.hold()
                .folder()
                .ifPresent(folder -> steps.push("remove the shared folder", () -> SessionFolder.delete(folder)));
        steps.push("let go of the daemon", taken.hold()::close);
        steps.push("end the relay", taken.relay()::close);
        steps.push(
                "remove the daemon container",
                () -> outer.containers().remove(taken.container().id()));
        Exception failure = steps.unwind();
        if (failure != null) {
            LOG.warn("The daemon {} could not be removed: {}", taken.container().name(), Reason.of(failure));
        }
    }
}
