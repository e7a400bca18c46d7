package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.launch.Hold.Condition;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.ReuseOptions;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.ProxySettings;
import io.nesteddocker.internal.plan.ProxyFile;
import io.nesteddocker.internal.registry.RegistryCredentials;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemons that earlier programs have left under one name. A search for one also removes the daemons that no program holds and that
 * can't be reused: daemons with other options, daemons whose start was not completed, and daemons that are not in the condition that the
 * options demand. For use by one thread.
 */
final class LeftDaemons {

    private static final Logger LOG = LoggerFactory.getLogger(LeftDaemons.class);

    private final LaunchContext context;
    private final Options options;
    private final ReuseOptions reuse;
    private final OuterEngine outer;
    private final RegistryCredentials credentials;
    private final SharedFolderCheck sharedFolders;
    private final String fingerprint;

    LeftDaemons(
            LaunchContext context,
            ReuseOptions reuse,
            OuterEngine outer,
            RegistryCredentials credentials,
            SharedFolderCheck sharedFolders) {
        this.context = context;
        options = context.options();
        this.reuse = reuse;
        this.outer = outer;
        this.credentials = credentials;
        this.sharedFolders = sharedFolders;
        fingerprint = InitArchive.fingerprint(
                options,
                RelayProgram.forProcessor(outer.facts().architecture()),
                credentials,
                ProxyFile.of(ProxySettings.ofThisProcess().resolve(options), options, outer.facts()));
    }

    /**
     * A daemon that this program holds now.
     *
     * @param container its container
     * @param hold stops other programs from using the daemon
     * @param relay carries streams into the container
     */
    record Taken(ContainerState container, Hold hold, Relay relay) {}

    /** Takes the oldest daemon that fits, and updates its images. */
    Optional<Launched> takeOver(DaemonLog log) throws InterruptedException {
        Optional<Taken> taken = take();
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        context.stopwatch().enter(StartupPhase.READY);
        Optional<Launched> daemon = attach(taken.get(), log);
        if (daemon.isPresent()) {
            renewImages(daemon.get());
        }
        return daemon;
    }

    /** Attaches to the daemon, so that undoing this start frees it. If that fails, gives the daemon up. */
    private Optional<Launched> attach(Taken taken, DaemonLog log) throws InterruptedException {
        UndoStack ofTaken = new UndoStack();
        context.undo().push("free the daemon that was left", ofTaken::unwindOrThrow);
        ofTaken.push("let go of the daemon", taken.hold()::close);
        ofTaken.push("end the relay", taken.relay()::close);
        try {
            Launched daemon = Attachment.attach(context, outer, credentials, taken, log, ofTaken);
            sharedFolders.verify(daemon.container().id());
            taken.hold().write(Condition.USED);
            return Optional.of(daemon);
        } catch (IOException | DockerException | NestedDockerException e) {
            giveUp(taken, e);
            ofTaken.unwindAfter(e);
            LOG.debug("The daemon {} was not attached to", taken.container().name(), e);
            return Optional.empty();
        }
    }

    /**
     * Removes a daemon that can't be reused, unless it is left as it was: its contents belong to the user, so only its time to live ends
     * it.
     */
    private void giveUp(Taken taken, Exception reason) {
        boolean removed = reuse.condition() != Reuse.AS_IT_WAS;
        LOG.warn(
                "The daemon {}, which an earlier program left, can't be reused{}: {}",
                taken.container().name(),
                removed ? ", and is removed" : ", and another one is started",
                Reason.of(reason));
        if (removed) {
            remove(taken);
        }
    }

    /** Loads the images again, and removes those that have thereby lost their names to newer images, because each run could add some. */
    private void renewImages(Launched daemon) throws InterruptedException {
        if (options.storage().images().isEmpty()) {
            return;
        }
        DockerClient inner = daemon.inner().client();
        Set<String> before = unnamed(inner);
        List<String> wanted = Transfer.load(
                daemon.outer(),
                daemon.container().image(),
                List.of(daemon.container().images(daemon.inner(), daemon.outer())),
                options.storage().images(),
                GuardedListener.of(options.lifecycle().progress()),
                context.cancellation());
        if (reuse.condition() != Reuse.AS_IT_WAS) {
            Set<String> outdated = unnamed(inner);
            outdated.removeAll(before);
            wanted.forEach(outdated::remove);
            outdated.forEach(image -> inner.removeImageCmd(image).exec());
        }
    }

    private static Set<String> unnamed(DockerClient inner) {
        return inner.listImagesCmd().withDanglingFilter(true).exec().stream()
                .map(Image::getId)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private Optional<Taken> take() {
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
            Optional<String> obstacle = RelayProgram.obstacle(outer.facts().architecture());
            Relay relay = Access.relay(outer, container.id(), obstacle, undo);
            boolean inSessionFolder = container.labels().containsKey(Labels.REUSE_FOLDER);
            Optional<Hold> hold = Hold.take(folder(container), inSessionFolder, relay);
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
            // The daemon may have ended by itself in the meantime.
            LOG.debug("The daemon {} can't be reused: {}", container.name(), Reason.of(e), e);
        }
        undo.unwind();
        return Optional.empty();
    }

    /**
     * Returns the session folder that the container's label names, if it can be trusted: anyone who can create containers on the outer
     * engine can choose their labels.
     */
    private Optional<Path> folder(ContainerState container) {
        Optional<Path> parent = outer.facts().sharedFiles().ofSessions();
        return Optional.ofNullable(container.labels().get(Labels.REUSE_FOLDER))
                .map(Path::of)
                .filter(folder ->
                        parent.isPresent() ? parent.get().equals(folder.getParent()) : SessionFolder.isLasting(folder));
    }

    /**
     * Returns whether another program is starting the daemon: between the start of a daemon and the moment when its program holds it, this
     * program can take hold of it.
     */
    private static boolean isBeingStarted(Taken taken) {
        return taken.hold().found() == Condition.BEGUN
                && !Owner.parse(taken.container().labels().getOrDefault(Labels.OWNER, ""))
                        .map(Owner::hasEnded)
                        .orElse(false);
    }

    private Optional<String> flaw(Taken taken) {
        if (!taken.hold().fingerprint().equals(fingerprint)) {
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
    private void remove(Taken taken) {
        UndoStack steps = new UndoStack();
        taken.hold()
                .folder()
                .ifPresent(folder -> steps.push("remove the session folder", () -> SessionFolder.delete(folder)));
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
