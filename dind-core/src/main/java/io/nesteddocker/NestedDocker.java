package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.inner.Child;
import io.nesteddocker.internal.inner.ContainerFiles;
import io.nesteddocker.internal.inner.FirstState;
import io.nesteddocker.internal.inner.HandOver;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.inner.OwnEngines;
import io.nesteddocker.internal.inner.ShellCommand;
import io.nesteddocker.internal.inner.Tree;
import io.nesteddocker.internal.launch.Attachment;
import io.nesteddocker.internal.launch.BackToStart;
import io.nesteddocker.internal.launch.DaemonImageCopy;
import io.nesteddocker.internal.launch.Diagnosis;
import io.nesteddocker.internal.launch.ImageLoading;
import io.nesteddocker.internal.launch.Launcher;
import io.nesteddocker.internal.launch.Restart;
import io.nesteddocker.internal.launch.RunningDaemon;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.sweep.ShutdownHook;
import io.nesteddocker.internal.sweep.UndoStack;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Docker daemon of one's own: a running inner engine, and the daemon container on the outer engine that holds it.
 *
 * <p>Close it. The program's end closes it too, in whatever way the program ends: the daemon container, its volume and all inner
 * containers are gone about a second later.
 *
 * <p>Thread-safe.
 */
public final class NestedDocker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NestedDocker.class);

    private final RunningDaemon daemon;
    private final FirstState firstState;
    private final Runnable atExit = this::closeAtExit;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private final Guard guard;
    private final Endpoints endpoints;
    private final Optional<InnerEngine> parent;
    private final Child self;
    private final Object engineLock = new Object();
    private final Object restartLock = new Object();
    private @Nullable EngineInfo engine;
    private volatile boolean endedBeforeClose;

    private NestedDocker(RunningDaemon daemon, FirstState firstState) {
        this.daemon = daemon;
        this.firstState = firstState;
        guard = new Guard(daemon, this::isClosed);
        endpoints = new Endpoints(daemon, guard);
        parent = InnerEngine.of(daemon.outer().client())
                .or(() -> OwnEngines.named(daemon.outer().hostName()));
        self = new Child(daemon.containerId(), this::close, this::topology);
        ShutdownHook.onExit(atExit);
        parent.ifPresent(engine -> engine.adopt(self));
        OwnEngines.add(daemon.containerId(), daemon.inner());
    }

    /**
     * Begins to say what daemon to start.
     *
     * @return a builder with defaults that work
     */
    public static NestedDockerBuilder builder() {
        return new NestedDockerBuilder();
    }

    /**
     * Starts a daemon; see {@link NestedDockerBuilder#start()}.
     *
     * @param spec what to start
     * @return the running daemon
     * @throws IllegalStateException if two options clash
     * @throws OuterEngineException if there is no outer engine, or it cannot host the daemon as asked
     * @throws ImageTransferException if an image could not be brought inside
     * @throws StartupException if the daemon did not come up
     */
    public static NestedDocker start(NestedDockerSpec spec) {
        RunningDaemon daemon = Launcher.launch(spec, NestedDockerBuilder::forSeed);
        LOG.info(
                "Nested daemon {} is ready at {} after {} s",
                daemon.name(),
                daemon.link().dockerHost(),
                String.format(Locale.ROOT, "%.2f", Diagnosis.secondsToReady(daemon)));
        return new NestedDocker(daemon, firstState(spec, daemon));
    }

    private static FirstState firstState(NestedDockerSpec spec, RunningDaemon daemon) {
        if (spec.dataRoot().kind() == DataRoot.Kind.NAMED_VOLUME) {
            return FirstState.ofUsedEngine(daemon.inner());
        }
        return spec.images().isEmpty()
                ? FirstState.ofEmptyEngine(daemon.inner())
                : FirstState.ofEngineWithImages(daemon.inner());
    }

    private static NestedDocker attached(RunningDaemon daemon) {
        return new NestedDocker(daemon, FirstState.ofUsedEngine(daemon.inner()));
    }

    /**
     * Finds a daemon again that was started with {@link NestedDockerBuilder#keepRunning()}, by this program or another.
     *
     * @param name the daemon container's name
     * @return a handle; closing it lets the daemon run on, {@link #remove()} ends the daemon
     * @throws OuterEngineException if there is no outer engine
     * @throws NestedDockerException if there is no such daemon
     */
    public static NestedDocker attach(String name) {
        return attached(Attachment.attach(builder().name(name).spec()));
    }

    /**
     * Finds a kept daemon again on the outer engine of the given client; see {@link #attach(String)}.
     *
     * @param name the daemon container's name
     * @param outerClient a client of the outer engine, which is not closed
     * @return a handle
     * @throws NestedDockerException if there is no such daemon
     */
    public static NestedDocker attach(String name, DockerClient outerClient) {
        return attached(
                Attachment.attach(builder().name(name).outer(outerClient).spec()));
    }

    /**
     * The seeds of the usual outer engine, which make {@link NestedDockerBuilder#images(String...)} fast.
     *
     * @return a view to list, measure and remove them
     */
    public static ImageCache imageCache() {
        return new ImageCache(null);
    }

    /**
     * The seeds of the outer engine of the given client.
     *
     * @param outerClient a client of the outer engine, which is not closed
     * @return a view to list, measure and remove them
     */
    public static ImageCache imageCache(DockerClient outerClient) {
        return new ImageCache(Objects.requireNonNull(outerClient, "outerClient"));
    }

    /**
     * The docker-java client of the inner engine, for any number of callers. It is closed with this handle; its own {@code close()} does
     * nothing, so code that closes the client it was given does no harm.
     *
     * @return the inner client, always the same
     * @throws IllegalStateException if this handle was closed
     */
    public DockerClient client() {
        guard.refuseWhenClosed("use the client of");
        return daemon.inner().client();
    }

    /**
     * Where the inner API answers, for programs other than this one.
     *
     * <p>Where the API is reached through a tunnel, the first call begins to serve it on a Unix socket in a private folder of mode 0700,
     * as long as this program runs and the daemon is not closed. With a TLS port, the first call writes the client's key and certificates
     * to a private folder (mode 0700, files 0600), which goes when the daemon is closed or the program ends. Before that call they are in memory only.
     *
     * @return the endpoint, always the same
     * @throws IllegalStateException if this handle was closed
     * @throws NestedDockerException if the files cannot be written
     */
    public Endpoint endpoint() {
        return endpoints.endpoint();
    }

    /**
     * A configuration folder with a context of the inner engine, for tools that take it only from there, such as {@code docker buildx create}
     * with a TLS port. The first call writes it; {@link #endpoint()} is enough for most.
     *
     * @return the folder, always the same
     * @throws IllegalStateException if this handle was closed
     * @throws NestedDockerException if the files cannot be written
     */
    public ClientConfig clientConfig() {
        return endpoints.clientConfig();
    }

    /**
     * An address of this machine that reaches a TCP port of an inner container, published or not, at any depth.
     *
     * <p>On an engine of this machine's kernel it is a route to the container, elsewhere a listener of this program from which each
     * connection goes through a command in the daemon container; {@link NestedDockerBuilder#road(Road)} fixes that. Either takes any number
     * of connections and carries half-closed ones. The address holds until the container stops or this handle is closed; asked again, it is
     * the same. Blocks for up to five seconds until something listens.
     *
     * @param container the inner container's name or identity
     * @param port the port in the container
     * @return a resolved address
     * @throws NestedDockerException if there is no such container, it does not run, or nothing listens there
     * @throws IllegalArgumentException if the port is not between 1 and 65535
     * @throws IllegalStateException if this handle was closed
     */
    public InetSocketAddress addressOf(String container, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Tried to reach the port " + port + " of the container " + container
                    + " but ports are numbers from 1 to 65535; give one of these.");
        }
        return guard.run("reach a port in", () -> daemon.inner().addresses().of(container, port));
    }

    /**
     * The addresses of all TCP ports that an inner container exposes, by its image or its request, whether something listens there or not.
     *
     * @param container the inner container's name or identity
     * @return addresses as {@link #addressOf(String, int)} gives them, by port in the container; empty where it exposes none
     * @throws NestedDockerException if there is no such container, or it does not run
     * @throws IllegalStateException if this handle was closed
     */
    public SortedMap<Integer, InetSocketAddress> addressOf(String container) {
        return guard.run("reach ports in", () -> daemon.inner().addresses().of(container));
    }

    /**
     * Begins to say what daemon to start inside this one.
     *
     * <p>The new daemon is made from the image of this one, which is copied here first where it is missing; that can take some seconds.
     * Addresses, MTU and resolvers are planned against all levels. Closing this handle closes the daemons inside first.
     *
     * @return a builder whose outer engine is this daemon
     * @throws NestedDockerException if the image cannot be copied
     * @throws IllegalStateException if this handle was closed
     */
    public NestedDockerBuilder nest() {
        guard.run("copy the daemon image into", () -> {
            DaemonImageCopy.into(daemon);
            return daemon;
        });
        return builder().outer(client()).image(DaemonImage.of(daemon.image()));
    }

    /**
     * Looks at this daemon, at the containers in it, and at the daemons of this program inside, to any depth.
     *
     * @return a snapshot
     * @throws NestedDockerException if an engine does not answer
     * @throws IllegalStateException if this handle was closed
     */
    public Topology topology() {
        EngineInfo info = engine();
        return guard.run("look into", () -> Tree.of(daemon.name(), daemon.image(), info, daemon.inner()));
    }

    /**
     * Runs a command in the daemon container, as root, and waits for its end.
     *
     * @param command the program and its arguments; there is no shell in between
     * @return its exit code and output; an exit code other than 0 is not an exception. A program that is missing or can't be executed
     *     has 126 or 127, as for the {@code docker} command, and the reason on its standard error.
     * @throws IllegalArgumentException if no command is given
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public ExecResult exec(String... command) {
        if (command.length == 0) {
            throw new IllegalArgumentException("Tried to run a command in the daemon container " + daemon.name()
                    + " but no command was given; give a program and its arguments, or open a shell with shell().");
        }
        return guard.run(
                "run " + String.join(" ", command) + " in",
                () -> daemon.outer().containers().exec(daemon.containerId(), List.of(command)));
    }

    /**
     * Runs a command on a terminal in the daemon container, as root, with its streams in this program's hands. Close what it returns.
     *
     * @param command the program and its arguments, or nothing for a shell: bash where the image has it, otherwise sh
     * @return the running command
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell shell(String... command) {
        return open("open a shell in", TerminalSize.USUAL, command);
    }

    /**
     * Runs a command in the daemon container, as root, with its streams in this program's hands and no terminal. Close what it returns.
     *
     * <p>Its input ends when {@link Shell#stdin()} is closed, and its output and errors are apart. Where {@link NestedDockerBuilder#outer}
     * was given a client that is not from this library, the input's end may not reach the command, because docker-java has no way to say
     * it.
     *
     * @param command the program and its arguments, or nothing for sh, which then takes its commands from its input
     * @return the running command
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell pipe(String... command) {
        return open("run a command in", null, command);
    }

    private Shell open(String action, @Nullable TerminalSize terminal, String... command) {
        return guard.run(action, () -> {
            RunningCommand running = daemon.outer()
                    .containers()
                    .open(daemon.containerId(), ShellCommand.of(List.of(command), List.of(), terminal));
            return new Shell(guard, running, daemon.undo().push("end a command", running::close));
        });
    }

    /**
     * Hands this program's own terminal over to a shell in the daemon container, and returns when that ends.
     *
     * <p>The terminal's keys, its size with all changes, and Ctrl-C and Ctrl-D go to the shell. Afterwards the terminal is as it was
     * before, also when this throws, when the program is told to end, and when it is killed. Without a terminal, that is where standard
     * input or output is a pipe or a file, the shell is {@code sh}: it reads standard input to its end, and writes to standard output and
     * standard error. Windows' own terminals count as none.
     *
     * <p>One thread of the program at a time; nothing else may read standard input meanwhile.
     *
     * @param command the program and its arguments, or nothing for a shell: bash where the image has it, otherwise sh
     * @return the exit code
     * @throws NestedDockerException if the shell could not be started, the daemon container ended in the middle, or the calling thread was
     *     interrupted
     */
    public int interactiveShell(String... command) {
        return guard.run(
                "hand the terminal over to a shell in",
                () -> HandOver.run((environment, terminal) -> daemon.outer()
                        .containers()
                        .open(daemon.containerId(), ShellCommand.of(List.of(command), environment, terminal))));
    }

    /**
     * Brings images of the outer engine into this daemon, pulling them there first where they are missing; see
     * {@link #load(ImageSource...)}.
     *
     * @param references names such as {@code alpine:3.20}, digests or image IDs
     * @return the identities that the images have inside, in the order of the references
     * @throws ImageTransferException if an image could not be brought in
     */
    public List<String> load(String... references) {
        return load(Arrays.stream(references).map(ImageSource::of).toArray(ImageSource[]::new));
    }

    /**
     * Brings images into this daemon, and waits until they are there.
     *
     * <p>Only what the daemon lacks is sent: nothing of an image that it has, and of another the layers that it has not. They are streamed,
     * in one stream for all images of the outer engine, through no file and little memory. Inside, an image has the names that were asked
     * for; one that was named by a digest or an ID has no name there, so use the identity that is returned.
     * {@link NestedDockerBuilder#progress} hears of it.
     *
     * @param sources where the images are
     * @return the identities that the images have inside, in the order in which they were first named, each once
     * @throws ImageTransferException if an image is missing, is for another platform or could not be brought in
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> load(ImageSource... sources) {
        return load(daemon.progress(), sources);
    }

    /**
     * Brings images into this daemon as {@link #load(ImageSource...)} does, with a listener of its own.
     *
     * @param listener hears how it comes along
     * @param sources where the images are
     * @return the identities that the images have inside
     * @throws ImageTransferException if an image is missing, is for another platform or could not be brought in
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> load(ProgressListener listener, ImageSource... sources) {
        return guard.run("load images into", () -> ImageLoading.load(List.of(daemon), List.of(sources), listener));
    }

    /**
     * Brings images into several daemons at once, which is one reading for all daemons of one outer engine; each is sent what it lacks.
     *
     * <p>A daemon that fails does not keep the others from getting the images. The first daemon's {@link NestedDockerBuilder#progress}
     * hears of it.
     *
     * @param daemons the daemons
     * @param sources where the images are
     * @throws ImageTransferException if an image could not be brought into one of them, with what failed for others suppressed in it
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public static void loadInto(Collection<NestedDocker> daemons, ImageSource... sources) {
        List<NestedDocker> all = List.copyOf(daemons);
        if (all.isEmpty()) {
            return;
        }
        all.forEach(NestedDocker::refuseClosed);
        NestedDocker first = all.get(0);
        List<String> ids = first.guard.run(
                "load images into",
                () -> ImageLoading.load(
                        all.stream().map(docker -> docker.daemon).toList(), List.of(sources), first.daemon.progress()));
        LOG.debug("{} daemons have the images {}", all.size(), ids);
    }

    /**
     * Writes an image of this daemon into a file, as {@code docker save} does, and waits until it is there.
     *
     * <p>The file is there with the whole image or as it was before: it is written under another name beside it, looked through and moved.
     * A link to a file is followed; a device, a pipe or a folder is refused.
     *
     * @param reference the image's name, digest or ID
     * @param file where to; a file that is there is replaced
     * @throws ImageTransferException if there is no such image, or the file could not be written
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public void save(String reference, Path file) {
        save(List.of(reference), file);
    }

    /**
     * Writes images of this daemon into one file; see {@link #save(String, Path)}.
     *
     * @param references the images' names, digests or IDs
     * @param file where to; a file that is there is replaced
     * @throws IllegalArgumentException if no image is named
     * @throws ImageTransferException if there is no such image, or the file could not be written
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public void save(Collection<String> references, Path file) {
        List<String> named = ImageLoading.named(daemon, references);
        guard.run("save images of", () -> {
            ImageLoading.save(daemon, named, file);
            return daemon;
        });
    }

    /**
     * Brings images of this daemon into the outer engine, and waits until they are there: for what was built inside and shall stay.
     *
     * <p>Only what the outer engine lacks is sent, in one stream. An image that there has one of the names loses it, as with
     * {@code docker pull}.
     *
     * @param references the images' names, digests or IDs
     * @return the identities that the images have in the outer engine, in the order of the references, each once
     * @throws IllegalArgumentException if no image is named
     * @throws ImageTransferException if there is no such image, or the outer engine could not take it
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> copyToOuter(String... references) {
        List<String> named = ImageLoading.named(daemon, List.of(references));
        return guard.run("copy images out of", () -> ImageLoading.copyToOuter(daemon, named));
    }

    private void refuseClosed() {
        guard.run("load images into", () -> daemon);
    }

    /**
     * Copies a file or folder of this machine into the daemon container, with its modes, owned by root.
     *
     * @param source a file, a folder with everything in it, or a link, which is copied as such
     * @param target the absolute path that it has there afterwards; folders on the way are made, files are replaced, folders are added to
     * @throws IllegalArgumentException if there is no such source, or the target is not an absolute path
     * @throws NestedDockerException if it can't be read here or written there
     */
    public void copyIn(Path source, String target) {
        ContainerFiles.check(source, target);
        guard.run("copy " + source + " to " + target + " in", () -> {
            files().copyIn(source, target);
            return this;
        });
    }

    /**
     * Copies a file or folder of the daemon container to this machine, with its modes, owned by the user who runs this program.
     *
     * @param source the absolute path of a file, a folder with everything in it, or a link, which is copied as such
     * @param target the path that it has here afterwards; folders on the way are made, files are replaced, folders are added to
     * @throws IllegalArgumentException if the source is not an absolute path
     * @throws NestedDockerException if there is no such source, or it can't be written here; what was copied so far stays
     */
    public void copyOut(String source, Path target) {
        ContainerFiles.check(source);
        guard.run("copy " + source + " to " + target + " from", () -> {
            files().copyOut(source, target);
            return this;
        });
    }

    private ContainerFiles files() {
        return new ContainerFiles(daemon.outer().containers(), daemon.containerId());
    }

    /**
     * What the inner engine is, and what its daemon container was granted. The first call asks the engine.
     *
     * @return facts about the inner engine
     * @throws NestedDockerException if the engine does not answer
     */
    public EngineInfo engine() {
        synchronized (engineLock) {
            EngineInfo known = engine;
            if (known == null) {
                known = guard.run("ask the inner engine of", () -> {
                    Info info = client().infoCmd().exec();
                    return new EngineInfo(
                            Objects.requireNonNullElse(info.getServerVersion(), ""),
                            daemon.inner().apiVersion(),
                            Objects.requireNonNullElse(info.getDriver(), ""),
                            "2".equals(info.getCGroupVersion()) ? 2 : 1,
                            daemon.outer().facts().depth() + 1,
                            daemon.granted(),
                            daemon.link().words());
                });
                engine = known;
            }
            return known;
        }
    }

    /**
     * What is known about the daemon now: timings of its start, the state of its container, the last lines of its log.
     *
     * @return a snapshot
     */
    public Diagnostics diagnostics() {
        return Diagnosis.of(daemon, isClosed());
    }

    /**
     * Whether the daemon container runs. One that is paused counts as running; a handle that was closed has no running daemon.
     *
     * <p>The answer is what this program knows already: nothing is asked, and nothing blocks. A program knows of a daemon that it keeps
     * running or has attached to by its log, so such a daemon counts as ended if the connection to the outer engine breaks.
     *
     * @return false once the daemon container has ended, or this handle was closed
     */
    public boolean isRunning() {
        return !isClosed() && !Diagnosis.hasEnded(daemon);
    }

    /**
     * Completes when the daemon container has ended, for whatever reason, or this handle was closed.
     *
     * <p>The value is the reason in one line for a person to read, for example that somebody stopped the container, or what dockerd wrote
     * last. If this handle was closed, it says so. It never completes exceptionally. Dependent actions run on a thread of the JVM's common
     * pool, or on the caller's. A {@link #restart()} does not complete it.
     *
     * @return a new future for each call, which the caller may complete or cancel without any effect on others
     */
    public CompletableFuture<String> onExit() {
        return Diagnosis.onExit(daemon)
                .thenApply(reason -> isClosed() && !endedBeforeClose ? "this program closed it" : reason);
    }

    private boolean isClosed() {
        return closing.get() != null;
    }

    /**
     * The last lines that the daemon and its start script wrote, 200 at most, oldest first.
     *
     * <p>{@link NestedDockerBuilder#logConsumer} hears all of them.
     *
     * @return lines without their ends
     */
    public List<String> logs() {
        return Diagnosis.logTail(daemon);
    }

    /**
     * The identity of the daemon container on the outer engine.
     *
     * @return 64 hexadecimal digits
     */
    public String daemonContainerId() {
        return daemon.containerId();
    }

    /**
     * The name of the daemon container on the outer engine.
     *
     * @return the name that was given, or the one that was made up
     */
    public String name() {
        return daemon.name();
    }

    /**
     * Restarts the inner engine in its container and waits until it answers again.
     *
     * <p>Address, port, certificates, data and {@link #client()} stay the same. Inner containers are stopped; those with a restart
     * policy come back.
     *
     * @throws NestedDockerException if the engine does not come back, or the calling thread was interrupted
     */
    public void restart() {
        guard.run("restart the inner engine of", () -> {
            synchronized (restartLock) {
                Restart.of(daemon);
            }
            return daemon;
        });
        synchronized (engineLock) {
            engine = null;
        }
    }

    /**
     * Brings the daemon back to how it was when {@link NestedDockerBuilder#start()} returned.
     *
     * <p>After a test that left little that is much faster than another start; with ten containers and two built images it takes twice as long as one.
     * {@link io.nesteddocker.pool.NestedDockerPool} does it while nobody waits.
     *
     * <p>Containers are killed and removed with their volumes, a swarm is left, and networks, volumes, plugins, what builds left and
     * images that were not there at the start are removed; then it is made sure that nothing is left. A paused daemon is unpaused. Images
     * that were there at the start and are gone, and settings that were written to {@code /etc/docker/daemon.json}, can't be brought
     * back. Files and processes that {@link #exec} left in the daemon container are not looked at. A daemon that was attached to, or that
     * has a named volume, is brought back to what was there at the start of this handle.
     *
     * <p>It blocks for a minute at most. Nobody should use the daemon meanwhile.
     *
     * @throws NestedDockerException if something could not be brought back, which the message names, or the calling thread was
     *     interrupted; then close the daemon and start another
     */
    public void reset() {
        guard.run("reset the inner engine of", () -> {
            synchronized (restartLock) {
                BackToStart.reset(daemon, firstState);
            }
            return daemon;
        });
    }

    /**
     * Freezes the daemon and all inner containers where they are, as a fault to test against.
     *
     * @throws NestedDockerException if the outer engine refuses, for example because it is paused already
     */
    public void pause() {
        guard.run("pause", () -> {
            daemon.outer().containers().pause(daemon.containerId());
            return daemon;
        });
    }

    /**
     * Lets a paused daemon go on.
     *
     * @throws NestedDockerException if the outer engine refuses, for example because it is not paused
     */
    public void unpause() {
        guard.run("unpause", () -> {
            daemon.outer().containers().unpause(daemon.containerId());
            return daemon;
        });
    }

    /**
     * Ends the daemon, with everything in it, and waits until its container and its anonymous volume are gone.
     *
     * <p>Daemons inside this one are closed first. Inner containers get {@link NestedDockerBuilder#stopTimeout} to end. A daemon that was started with
     * {@link NestedDockerBuilder#keepRunning()} is let go of instead, and runs on. Closing again does nothing; a second thread waits
     * until the first is through. An interrupt does not cut it short, and stays set.
     *
     * @throws NestedDockerException if something could not be removed, with what else failed suppressed in it
     */
    @Override
    public void close() {
        endChildrenAnd(daemon.leased() ? Shutdown::end : Shutdown::letGo);
    }

    /**
     * Ends the daemon as {@link #close()} does, also where it was started with {@link NestedDockerBuilder#keepRunning()}.
     *
     * @throws NestedDockerException if something could not be removed
     */
    public void remove() {
        endChildrenAnd(Shutdown::end);
    }

    /** Daemons inside go first, each with its own order; what one of them fails at does not keep the others. */
    private void endChildrenAnd(Consumer<RunningDaemon> how) {
        UndoStack steps = new UndoStack();
        steps.push("end this one", () -> end(how));
        if (!isClosed()) {
            daemon.inner().children().forEach(child -> steps.push("end a daemon inside", child.close()::run));
        }
        Exception failure = steps.unwind();
        if (failure instanceof RuntimeException known) {
            throw known;
        }
    }

    private void end(Consumer<RunningDaemon> how) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        boolean ended = Diagnosis.hasEnded(daemon);
        CompletableFuture<Void> first = closing.compareAndExchange(null, mine);
        if (first != null) {
            first.join();
            return;
        }
        endedBeforeClose = ended;
        ShutdownHook.forget(atExit);
        parent.ifPresent(engine -> engine.disown(self));
        OwnEngines.remove(daemon.containerId(), daemon.inner());
        try {
            how.accept(daemon);
        } finally {
            mine.complete(null);
        }
    }

    private void closeAtExit() {
        end(daemon.leased() ? Shutdown::endAtExit : Shutdown::letGo);
    }
}
