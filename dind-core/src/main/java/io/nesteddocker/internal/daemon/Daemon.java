package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DataRoot;
import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.Diagnostics;
import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.ClientConfig;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.Topology;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.inner.InitialState;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.launch.Access;
import io.nesteddocker.internal.launch.Attachment;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Launcher;
import io.nesteddocker.internal.launch.Shutdown.Outcome;
import io.nesteddocker.internal.log.Advice;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.log.LastWords;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.PortPublishing;
import io.nesteddocker.internal.outer.ContainerFiles;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.reach.Addresses;
import io.nesteddocker.internal.reach.ContainerWatch;
import io.nesteddocker.internal.reach.Neighbours;
import io.nesteddocker.internal.reach.PortPublisher;
import io.nesteddocker.internal.sweep.ShutdownHook;
import io.nesteddocker.internal.sweep.UndoStack;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running daemon: its container, its inner engine, the ways to reach it, and the resources that this program holds for it. The
 * constructor puts these parts together, both for a daemon that this program has just started and for one to which it has attached.
 * Thread-safe.
 */
public final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private final Launched launched;
    private final InitialState initialState;
    private final Optional<Daemon> parent;
    private final Set<Daemon> children = ConcurrentHashMap.newKeySet();
    private final ContainerWatch watch;
    private final Addresses addresses;
    private final Optional<PortPublisher> publisher;
    private final Guard guard;
    private final Endpoints endpoints;
    private final Commands commands;
    private final Neighbours neighbours;
    private final Ending ending;
    private final Runnable atExit = this::closeAtExit;
    private final Object restartLock = new Object();
    private final Object engineLock = new Object();
    private @Nullable EngineInfo engine;

    private Daemon(Launched launched, InitialState initialState) {
        this.launched = launched;
        this.initialState = initialState;
        OuterEngine outer = launched.outer();
        Optional<Daemon> host = OwnDaemons.withClient(outer.client());
        parent = host.or(() -> OwnDaemons.withHostName(outer.hostName()));
        watch = new ContainerWatch(inner().client(), name(), log()::hasEnded);
        addresses = new Addresses(
                name(),
                inner(),
                access().relay(),
                watch,
                launched.options().connection().mode(),
                access().onThisKernel(),
                host.map(daemon -> daemon.addresses));
        PortPublishing publishing = launched.options().connection().publishing();
        publisher = publishing.isOn()
                ? Optional.of(new PortPublisher(
                        name(), inner().client(), addresses, publishing.mapping(), publishing.listener()))
                : Optional.empty();
        DaemonLog log = log();
        guard = new Guard(name(), failure -> reasonOf(failure, log));
        endpoints = new Endpoints(name(), guard, access(), inner(), launched.undo());
        commands = new Commands(launched, guard);
        neighbours =
                new Neighbours(guard, containerId(), outer, inner(), access().link(), access().keys(), launched.undo());
        ending = new Ending(launched, guard, new LeaveOnClose(initialState));
    }

    /** Starts a daemon. If the method throws, it leaves nothing behind. */
    public static Daemon start(Options options) {
        Launched launched = Launcher.launch(options.asReusedHere());
        LOG.info(
                "Nested daemon {} is ready at {} after {} s",
                launched.container().name(),
                launched.access().link().dockerHost(),
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        launched.report().stopwatch().total().toMillis() / 1000.0));
        return registered(new Daemon(launched, initialState(launched)));
    }

    /** Attaches to a kept daemon. */
    public static Daemon attach(Options options) {
        Launched launched = Attachment.attach(options);
        return registered(new Daemon(launched, InitialState.ofUsedEngine(launched.inner())));
    }

    private static InitialState initialState(Launched launched) {
        if (launched.options().storage().dataRoot().kind() == DataRoot.Kind.NAMED_VOLUME
                || LeaveOnClose.isReusedAs(Reuse.AS_IT_WAS, launched.options())) {
            return InitialState.ofUsedEngine(launched.inner());
        }
        return launched.options().storage().images().isEmpty()
                ? InitialState.ofEmptyEngine(launched.inner())
                : InitialState.ofEngineWithImages(
                        launched.inner(), launched.report().namesOfImages());
    }

    private static Daemon registered(Daemon daemon) {
        ShutdownHook.onExit(daemon.atExit);
        daemon.parent.ifPresent(parent -> parent.children.add(daemon));
        OwnDaemons.add(daemon);
        daemon.publisher.ifPresent(daemon::publish);
        return daemon;
    }

    private void publish(PortPublisher ports) {
        try {
            inner().afterContainerCalls(ports::refresh);
            guard.run("publish the ports of containers in", () -> ports.start(watch));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns the daemon container's name. */
    public String name() {
        return launched.container().name();
    }

    /** Returns a description of the daemon for messages. */
    String description() {
        return launched.container().description();
    }

    /** Returns the daemon container's ID. */
    public String containerId() {
        return launched.container().id();
    }

    /** Returns the reference of the daemon image. */
    public String image() {
        return launched.container().image();
    }

    /** Returns the inner engine. */
    InnerEngine inner() {
        return launched.inner();
    }

    /** Returns the client of the inner engine. */
    public DockerClient client() {
        guard.refuseWhenClosed("use the client of");
        return inner().client();
    }

    /** Returns the addresses of this machine that lead to ports of inner containers. */
    public Addresses addresses() {
        return addresses;
    }

    /** Returns the address on this machine of a port that an inner container publishes. */
    public InetSocketAddress publishedPort(String container, int port, Protocol protocol) {
        String action = "find a published port of";
        guard.refuseWhenClosed(action);
        PortPublisher ports = publisher();
        return guard.get(
                action, () -> ports.find(container, port, protocol).address().orElseThrow());
    }

    /** Returns the ports that running inner containers publish. */
    public List<PublishedPort> publishedPorts() {
        guard.refuseWhenClosed("list the published ports of");
        return publisher().all();
    }

    private PortPublisher publisher() {
        return publisher.orElseThrow(() -> new IllegalStateException("Tried to find published ports of " + name()
                + " but this handle publishes no ports, because it is from attach(..) or its builder had no"
                + " publishPorts(); use addressOf(..), or start the daemon with publishPorts()."));
    }

    /** Returns the guard, which runs actions on this daemon and explains their failures. */
    public Guard guard() {
        return guard;
    }

    /** Returns the listener for reports on slow steps, which is used unless a call names another listener. */
    public ProgressListener progress() {
        return GuardedListener.of(launched.options().lifecycle().progress());
    }

    /** Returns the actions that free what this program holds for the daemon. */
    public UndoStack undo() {
        return launched.undo();
    }

    OuterEngine outer() {
        return launched.outer();
    }

    Access access() {
        return launched.access();
    }

    DaemonLog log() {
        return launched.container().log();
    }

    Options options() {
        return launched.options();
    }

    TargetStore images() {
        return launched.container().images(inner(), outer());
    }

    List<Daemon> children() {
        return List.copyOf(children);
    }

    /** Returns the data that other programs need to reach the inner API. */
    public Endpoint endpoint() {
        return endpoints.endpoint();
    }

    /** Returns the same data as a configuration folder of the docker command. */
    public ClientConfig clientConfig() {
        return endpoints.clientConfig();
    }

    /** Returns the containers on outer networks that may use the inner API. */
    public Neighbours neighbours() {
        return neighbours;
    }

    /** Returns facts about the inner engine, which can change when it restarts. */
    public EngineInfo engine() {
        synchronized (engineLock) {
            EngineInfo known = engine;
            if (known == null) {
                known = guard.get("ask the inner engine of", this::askEngine);
                engine = known;
            }
            return known;
        }
    }

    private EngineInfo askEngine() {
        Info info = client().infoCmd().exec();
        return new EngineInfo(
                Objects.requireNonNullElse(info.getServerVersion(), ""),
                inner().apiVersion(),
                Objects.requireNonNullElse(info.getDriver(), ""),
                "2".equals(info.getCGroupVersion()) ? 2 : 1,
                outer().facts().nesting().depth() + 1,
                launched.container().granted(),
                access().link() instanceof Link.TunnelLink ? ConnectionMode.TUNNEL : ConnectionMode.DIRECT);
    }

    /** Returns this daemon, its containers, and the daemons in it. */
    public Topology topology() {
        return guard.get("list what is in", () -> TopologyReader.of(this));
    }

    /** Copies the daemon image into the inner engine, so that another daemon can start inside. */
    public void copyDaemonImage() {
        guard.run("copy the daemon image into", () -> DaemonImageCopy.into(this));
    }

    /** Returns the commands in the daemon container. */
    public Commands commands() {
        return commands;
    }

    /** Returns the access to files in the daemon container. */
    public ContainerFiles files() {
        return new ContainerFiles(containers(), containerId());
    }

    private OuterContainers containers() {
        return outer().containers();
    }

    /** Returns the last lines of the daemon's log. */
    public List<String> logs() {
        return log().tail();
    }

    /** Returns a snapshot of the daemon. */
    public Diagnostics diagnostics() {
        List<String> tail = log().tail();
        // If this program has ended the daemon, the end of the daemon needs no advice.
        boolean needsAdvice = log().hasEnded() && log().endedHereBecause().isEmpty();
        List<String> advice = needsAdvice ? Advice.on(LastWords.of(log()), tail) : List.of();
        return new Diagnostics(
                StartupPhase.READY,
                launched.report().stopwatch().timings(),
                containerState(),
                launched.report().imageNotes(),
                tail,
                advice);
    }

    private String containerState() {
        return ending.outcome()
                .map(outcome ->
                        outcome == Outcome.GONE ? "ended and removed" : "unknown, because this handle was closed")
                .orElseGet(() -> containers().describeState(containerId()));
    }

    /** Returns why an action failed: the close or the end of the daemon if there was one, otherwise the exception's reason. */
    private static String reasonOf(Throwable failure, DaemonLog log) {
        if (log.endedHereBecause().isPresent()) {
            return "this handle was closed; close it after the last call";
        }
        return log.hasEnded() ? LastWords.sayingThatItEnded(log) + "; start another daemon" : Reason.of(failure);
    }

    /** Returns whether the daemon container runs and this program has not closed the daemon. */
    public boolean isRunning() {
        return !isClosed() && !log().hasEnded();
    }

    /** Returns a future that completes with the reason when the daemon container has ended. */
    public CompletableFuture<String> onExit() {
        return log().onExit().copy();
    }

    /** Restarts the inner engine in its container. */
    public void restart() {
        guard.run("restart the inner engine of", () -> {
            synchronized (restartLock) {
                watch.pause();
                try {
                    Restart.of(this);
                } finally {
                    watch.resume();
                    publisher.ifPresent(PortPublisher::afterGap);
                }
            }
        });
        synchronized (engineLock) {
            engine = null;
        }
    }

    /** Restores the state that the inner engine had when this program started the daemon or attached to it. */
    public void reset() {
        guard.run("reset the inner engine of", () -> {
            synchronized (restartLock) {
                ResetToStart.reset(this, initialState);
                publisher.ifPresent(PortPublisher::afterGap);
            }
        });
    }

    /** Freezes all processes of the daemon container. */
    public void pause() {
        guard.run("pause", () -> containers().pause(containerId()));
    }

    /** Resumes the processes of the daemon container. */
    public void unpause() {
        guard.run("unpause", () -> containers().unpause(containerId()));
    }

    /** Returns whether the daemon ends with this program. */
    boolean isLeased() {
        return launched.container().leased();
    }

    /** Returns whether this program has closed the daemon, or has begun to. */
    boolean isClosed() {
        return ending.hasBegun();
    }

    /** Ends the daemons inside, and ends this daemon or leaves it running if it is kept or reused. */
    public void close() {
        ending.close(this);
    }

    /** Ends the daemons inside, this daemon even if it is kept, and the spare daemon. */
    public void remove() {
        ending.remove(this);
    }

    /** Frees what this program holds for the daemons inside and for this one, without waiting for the outer engine. */
    public void abandon(String reason) {
        ending.abandon(this, reason);
    }

    /** Closes the addresses of inner containers. */
    void closeAddresses() {
        watch.close();
        publisher.ifPresent(PortPublisher::close);
        addresses.close();
    }

    /** Returns whether this program has ended the daemon in which this one was. */
    boolean isGoneWithParent() {
        return parent.flatMap(daemon -> daemon.ending.outcome())
                .filter(Outcome.GONE::equals)
                .isPresent();
    }

    private void closeAtExit() {
        ending.closeAtExit(this);
    }

    /** Removes the daemon from the daemons that this program has open. */
    void forget() {
        ShutdownHook.forget(atExit);
        parent.ifPresent(daemon -> daemon.children.remove(this));
        OwnDaemons.remove(this);
    }
}
