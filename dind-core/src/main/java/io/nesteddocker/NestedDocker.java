package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.daemon.Daemon;
import io.nesteddocker.internal.daemon.ImageLoading;
import io.nesteddocker.internal.exec.ExecRequest;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.ContainerFiles;
import io.nesteddocker.internal.registry.ImageReference;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * A handle to a nested Docker daemon: a running inner engine, and the daemon container in which it runs on the outer engine.
 *
 * <p>Close it. Unless {@link NestedDockerBuilder#keepRunning()} or {@link NestedDockerBuilder#reuse(String)} was set, the daemon ends
 * when the program ends, in whatever way: about a second later the daemon container, its anonymous volume and all inner containers are
 * gone.
 *
 * <p>Thread-safe.
 */
public final class NestedDocker implements AutoCloseable {

    private final Daemon daemon;

    NestedDocker(Daemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Returns a builder for a daemon.
     *
     * @return a builder with defaults that work
     */
    public static NestedDockerBuilder builder() {
        return new NestedDockerBuilder(Options.defaults());
    }

    /**
     * Starts a daemon; see {@link NestedDockerBuilder#start()}.
     *
     * @param spec the options for the daemon
     * @return the running daemon
     * @throws IllegalStateException if two options clash
     * @throws NoOuterEngineException if there is no outer engine
     * @throws OuterEngineException if the outer engine cannot host the daemon as requested
     * @throws ImageTransferException if an image could not be brought inside
     * @throws StartupException if the daemon did not come up
     */
    public static NestedDocker start(NestedDockerSpec spec) {
        return new NestedDocker(
                Daemon.start(Given.value(spec, "the spec of the daemon").options()));
    }

    /**
     * Returns a handle to a daemon that this program or another one started with {@link NestedDockerBuilder#keepRunning()}.
     *
     * @param name the daemon container's name
     * @return a handle; closing it leaves the daemon running, and {@link #remove()} ends the daemon
     * @throws NoOuterEngineException if there is no outer engine
     * @throws NestedDockerException if there is no such daemon
     */
    public static NestedDocker attach(String name) {
        return new NestedDocker(Daemon.attach(builder().name(name).spec().options()));
    }

    /**
     * Returns a handle to a kept daemon on the outer engine of the given client; see {@link #attach(String)}.
     *
     * @param name the daemon container's name
     * @param outerClient a client of the outer engine, which the library does not close
     * @return a handle
     * @throws NestedDockerException if there is no such daemon
     */
    public static NestedDocker attach(String name, DockerClient outerClient) {
        return new NestedDocker(
                Daemon.attach(builder().name(name).outer(outerClient).spec().options()));
    }

    /**
     * Returns the seeds of the outer engine that is used if a builder sets no outer engine. A seed is a volume with the layers of images,
     * which makes {@link NestedDockerBuilder#images(String...)} fast.
     *
     * @return a view to list, measure and remove the seeds
     */
    public static ImageCache imageCache() {
        return new ImageCache(null);
    }

    /**
     * Returns the seeds of the outer engine of the given client.
     *
     * @param outerClient a client of the outer engine, which the library does not close
     * @return a view to list, measure and remove the seeds
     */
    public static ImageCache imageCache(DockerClient outerClient) {
        return new ImageCache(Given.value(outerClient, "the client of the outer engine"));
    }

    /**
     * Returns the docker-java client of the inner engine, for any number of callers. The client is closed with this handle; its own
     * {@code close()} does nothing, so code that closes the client it was given does no harm.
     *
     * @return the inner client, always the same
     * @throws IllegalStateException if this handle was closed
     */
    public DockerClient client() {
        return daemon.client();
    }

    /**
     * Returns the address at which the inner API answers, for programs other than this one.
     *
     * <p>If this program reaches the API through a tunnel, the first call begins to serve the API on a Unix socket in a private folder of
     * mode 0700, for as long as this program runs and the daemon is not closed. With a TLS port, the first call writes the client's key and
     * the certificates to a private folder (mode 0700, files 0600), which is removed when the daemon is closed or the program ends. Before
     * that call, this program has them in memory only.
     *
     * @return the endpoint, always the same
     * @throws IllegalStateException if this handle was closed
     * @throws NestedDockerException if the files cannot be written
     */
    public Endpoint endpoint() {
        return daemon.endpoint();
    }

    /**
     * Returns the address at which containers on an outer network reach the inner API, and the means to give one of them the certificate.
     *
     * <p>If the daemon container is not connected to the network, this call connects it, as {@code docker network connect} does. The
     * address has the daemon container's name or, if clients can't use that name, a name made from it; the certificate has the same name.
     * {@link #restart()} and {@link #reset()} do not change the address.
     *
     * <p>Every container on that network can connect to the port, but only clients with the certificate can use the API. Give the
     * certificate only to containers that you would let run as root on the outer machine. {@code docs/sidecar.md} has an example, and
     * compares this with mounting the socket.
     *
     * @param network the name or ID of an outer network that was made with {@code docker network create}
     * @return the endpoint for containers on that network
     * @throws IllegalArgumentException if the name is blank
     * @throws IllegalStateException if the daemon was started with neither {@link NestedDockerBuilder#listenOnNetworks()} nor
     *     {@link NestedDockerBuilder#port(int)}, or this handle was closed
     * @throws NestedDockerException if there is no such network or there are several, containers on the network can't find each other by
     *     name (as on the default bridge), the network has addresses that an inner network also has, or the outer engine can't connect the
     *     daemon container to the network
     */
    public Endpoint.Neighbour endpointFor(String network) {
        Given.value(network, "the outer network");
        return new Endpoint.Neighbour(daemon.neighbours().join(network), daemon.neighbours());
    }

    /**
     * Returns a configuration folder with a context of the inner engine. The first call writes it. Some tools take certificates only from
     * such a folder, for example {@code docker buildx create} with a TLS port; for most tools {@link #endpoint()} is enough.
     *
     * @return the folder, always the same
     * @throws IllegalStateException if this handle was closed
     * @throws NestedDockerException if the files cannot be written
     */
    public Endpoint.ClientConfig clientConfig() {
        return daemon.clientConfig();
    }

    /**
     * Returns an address of this machine that reaches a TCP port of an inner container, published or not, at any depth.
     *
     * <p>If the outer engine runs on this machine's kernel and the service listens on the container's IPv4 address, the address is a route
     * to the container. Otherwise it is a listener of this program, which passes each connection through a command in the daemon container.
     * {@link NestedDockerBuilder#connection(ConnectionMode)} can require one of the two. Both support any number of connections,
     * half-closed ones included. A route is valid until the container stops or leaves the network; if the container uses another
     * container's network, the route also ends when that other container stops. A listener is valid until the container is removed. Closing
     * this handle ends both. Further calls return the same address while it is valid. Blocks for up to five seconds until something
     * listens.
     *
     * @param container the inner container's name or ID
     * @param port the port in the container
     * @return a resolved address
     * @throws NestedDockerException if there is no such container, it does not run, or nothing listens there
     * @throws IllegalArgumentException if the port is not between 1 and 65535, or {@code container} is neither a legal name nor an ID
     * @throws IllegalStateException if this handle was closed
     */
    public InetSocketAddress addressOf(String container, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Tried to reach the port " + port + " of the container " + container
                    + " but ports are numbers from 1 to 65535; give one of these.");
        }
        Given.container(container);
        return daemon.guard()
                .get(
                        "reach port " + port + " of the container " + container + " in",
                        () -> daemon.addresses().of(container, port));
    }

    /**
     * Returns the addresses of all TCP ports that an inner container exposes, by its image or by the request that created it. It does not
     * matter whether something listens there. A service may listen on a port that its container does not expose; then use
     * {@link #addressOf(String, int)}.
     *
     * @param container the inner container's name or ID
     * @return addresses as {@link #addressOf(String, int)} returns them, by port in the container; empty if the container exposes no
     *     port, even if something listens in it
     * @throws NestedDockerException if there is no such container, or it does not run
     * @throws IllegalArgumentException if {@code container} is neither a legal name nor an ID
     * @throws IllegalStateException if this handle was closed
     */
    public SortedMap<Integer, InetSocketAddress> addressOf(String container) {
        Given.container(container);
        return daemon.guard()
                .get(
                        "reach the exposed ports of the container " + container + " in",
                        () -> daemon.addresses().of(container));
    }

    /**
     * Returns the address of this machine that leads to a TCP port which an inner container publishes.
     *
     * @param container the inner container's name or ID
     * @param containerPort the port in the container: 80 for {@code -p 8080:80}
     * @return a resolved address on 127.0.0.1, valid until the container stops or this handle is closed
     * @throws NestedDockerException if no such container runs, the container does not publish the port, or the port could not be opened on
     *     this machine
     * @throws IllegalArgumentException if {@code container} is neither a legal name nor an ID
     * @throws IllegalStateException if this handle is not from a builder with {@link NestedDockerBuilder#publishPorts()}, or was closed
     * @see #addressOf(String, int)
     */
    public InetSocketAddress publishedPort(String container, int containerPort) {
        return publishedPort(container, containerPort, PublishedPort.Protocol.TCP);
    }

    /**
     * Returns the address of this machine that leads to a port which an inner container publishes.
     *
     * @param container the inner container's name or ID
     * @param containerPort the port in the container
     * @param protocol the port's protocol
     * @return a resolved address on 127.0.0.1, valid until the container stops or this handle is closed
     * @throws NestedDockerException if no such container runs, the container does not publish the port, or the port could not be opened on
     *     this machine
     * @throws IllegalArgumentException if {@code container} is neither a legal name nor an ID
     * @throws IllegalStateException if this handle is not from a builder with {@link NestedDockerBuilder#publishPorts()}, or was closed
     */
    public InetSocketAddress publishedPort(String container, int containerPort, PublishedPort.Protocol protocol) {
        return daemon.publishedPort(Given.container(container), containerPort, protocol);
    }

    /**
     * Returns the ports that running inner containers publish, also those that could not be opened on this machine.
     *
     * @return the ports at this moment
     * @throws IllegalStateException if this handle is not from a builder with {@link NestedDockerBuilder#publishPorts()}, or was closed
     */
    public List<PublishedPort> publishedPorts() {
        return daemon.publishedPorts();
    }

    /**
     * Returns a builder for a daemon inside this one.
     *
     * <p>The new daemon has the image of this one. If this daemon does not have the image inside, the call first copies it there, which can
     * take some seconds. The new daemon's networks stay clear of the networks of all levels above; its MTU and its resolvers come from the
     * network of its daemon container. Closing this handle closes the daemons inside first.
     *
     * @return a builder whose outer engine is this daemon
     * @throws NestedDockerException if the image cannot be copied
     * @throws IllegalStateException if this handle was closed
     */
    public NestedDockerBuilder nest() {
        daemon.copyDaemonImage();
        return builder().outer(client()).image(DaemonImage.of(daemon.image()));
    }

    /**
     * Returns a snapshot of this daemon, the containers in it, and the daemons that this program started inside it, at any depth.
     *
     * @return a snapshot
     * @throws NestedDockerException if an engine does not answer
     * @throws IllegalStateException if this handle was closed
     */
    public Topology topology() {
        return daemon.topology();
    }

    /**
     * Runs a command in the daemon container, as root, and waits for its end.
     *
     * <p>{@code docs/shell.md} compares the methods that run commands.
     *
     * @param command the program and its arguments, which no shell interprets
     * @return the command's exit code and output; an exit code other than 0 is not an exception. The exit code is 127 if there is no
     *     such program, and 126 if the file at a given path is not executable; standard error then contains the reason.
     * @throws IllegalArgumentException if no command is given, the program is an empty text, or a word contains a NUL
     * @throws NestedDockerException if the command could not be started, the daemon container ended before the command, or the calling
     *     thread was interrupted
     */
    public ExecResult exec(String... command) {
        if (Given.each(command, "a word of a command").length == 0) {
            throw new IllegalArgumentException("Tried to run a command in the daemon container " + daemon.name()
                    + " but no command was given; give a program and its arguments, or open a shell with shell().");
        }
        return exec(Command.of(command));
    }

    /**
     * Runs a command with its environment, working folder, input and time limit in the daemon container, as root, and waits for its end.
     *
     * <p>If the command takes longer than its time limit, or the calling thread is interrupted, the library ends the command as
     * {@link Shell#close()} does. A command need not read its input to the end.
     *
     * @param command the command
     * @return the command's exit code and output, as {@link #exec(String...)} returns them. If the working folder is missing, the exit code
     *     is 126, and standard error contains the reason.
     * @throws NestedDockerException if the command could not be started, its input could not be read, the daemon container ended before the
     *     command, the calling thread was interrupted, or the command took longer than its time limit. In the last case, the message
     *     contains the last lines that the command printed, with {@code ***} in place of the values of its environment variables.
     *     A command with an input is refused if {@link NestedDockerBuilder#outer} was given a client that is not from this library, or the
     *     address of a Windows named pipe, because the end of the input would not reach the command.
     */
    public ExecResult exec(Command command) {
        ExecRequest request = request(command);
        return daemon.commands().exec(request);
    }

    /**
     * Runs a command on a terminal in the daemon container, as root, and returns it with its streams open. The caller closes it.
     *
     * <p>The exit code is 127 if there is no such program, and 126 if the file at a given path is not executable. The terminal then shows the reason.
     *
     * <p>{@code docs/shell.md} compares the methods that run commands.
     *
     * @param command the program and its arguments, or nothing for a shell: bash if the image has it, otherwise sh
     * @return the running command
     * @throws IllegalArgumentException if the program is an empty text, or a word contains a NUL
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell shell(String... command) {
        return open("open a shell in", request(command).on(TerminalSize.USUAL));
    }

    /**
     * Runs a command with its environment and working folder on a terminal, as {@link #shell(String...)} does.
     *
     * @param command the command, which must have neither an input nor a time limit
     * @return the running command
     * @throws IllegalArgumentException if the command has an input or a time limit
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell shell(Command command) {
        return open("open a shell in", streaming(command).on(TerminalSize.USUAL));
    }

    /**
     * Runs a command in the daemon container, as root and without a terminal, and returns it with its streams open. The caller closes it.
     *
     * <p>The command's input ends when {@link Shell#stdin()} is closed, and its output and errors are separate streams. If
     * {@link NestedDockerBuilder#outer} was given a client that is not from this library, or the address of a Windows named pipe, the end
     * of the input does not reach the command, because docker-java does not pass it on.
     *
     * <p>The exit code is 127 if there is no such program, and 126 if the file at a given path is not executable. {@link Shell#stderr()} then contains
     * the reason.
     *
     * <p>{@code docs/shell.md} compares the methods that run commands.
     *
     * @param command the program and its arguments, or nothing for sh, which then reads its commands from its input
     * @return the running command
     * @throws IllegalArgumentException if the program is an empty text, or a word contains a NUL
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell pipe(String... command) {
        return open("run a command in", request(command));
    }

    /**
     * Runs a command without a terminal, with its environment and working folder, as {@link #pipe(String...)} does.
     *
     * @param command the command, which must have neither an input nor a time limit
     * @return the running command
     * @throws IllegalArgumentException if the command has an input or a time limit
     * @throws NestedDockerException if the command could not be started, or the calling thread was interrupted
     */
    public Shell pipe(Command command) {
        return open("run a command in", streaming(command));
    }

    private static ExecRequest request(String... command) {
        return Given.each(command, "a word of a command").length == 0
                ? ExecRequest.of(List.of())
                : request(Command.of(command));
    }

    private static ExecRequest request(Command command) {
        Given.value(command, "the command");
        return new ExecRequest(
                command.programAndArguments(),
                command.variables(),
                command.workingFolder(),
                command.hasInput() ? command::openInput : null,
                command.timeout(),
                null);
    }

    /** Returns the request for a command whose streams the caller uses; refuses a command with an input or a time limit of its own. */
    private ExecRequest streaming(Command command) {
        Given.value(command, "the command");
        if (command.hasInput() || command.timeout() != null) {
            throw new IllegalArgumentException(
                    "Tried to open the streams of " + command + " in the daemon container "
                            + daemon.name() + " but a command whose streams are open has no "
                            + (command.hasInput() ? "input" : "time limit")
                            + " of its own; write to Shell.stdin() and wait with Shell.awaitExit(..), or run the command with exec(..).");
        }
        return request(command);
    }

    private Shell open(String action, ExecRequest request) {
        return daemon.guard().get(action, () -> {
            RunningCommand running = daemon.commands().open(request);
            return new Shell(daemon.guard(), running, daemon.undo().push("end a command", running::close));
        });
    }

    /**
     * Runs a shell in the daemon container on this program's own terminal, and returns when the shell has ended.
     *
     * <p>The shell gets the keys, Ctrl-C and Ctrl-D included, and the terminal's size with all changes. Afterwards the terminal is as it
     * was before, even if this method throws, or the program gets a signal or is killed. Without a terminal, that is if standard input or
     * output is a pipe or a file, the shell is {@code sh}, which reads standard input to its end, and writes to standard output and
     * standard error. Windows' own terminals count as no terminal.
     *
     * <p>Only one thread of the program may call this method at a time, and nothing else may read standard input meanwhile.
     *
     * <p>{@code docs/shell.md} compares the methods that run commands.
     *
     * @param command the program and its arguments, or nothing for a shell: bash if the image has it, otherwise sh
     * @return the exit code; 127 if there is no such program, and 126 if the file at a given path is not executable
     * @throws IllegalArgumentException if the program is an empty text, or a word contains a NUL
     * @throws NestedDockerException if the shell could not be started, the daemon container ended first, or the calling thread was
     *     interrupted
     */
    public int interactiveShell(String... command) {
        ExecRequest request = request(command);
        return daemon.commands().interactiveShell(request);
    }

    /**
     * Brings images of the outer engine into this daemon. The outer engine first pulls those that it lacks. See
     * {@link #load(ImageSource...)}.
     *
     * @param references names such as {@code alpine:3.20}, digests such as {@code alpine@sha256:0123..}, or image IDs
     * @return the IDs that the images have inside, in the order of the references, each once
     * @throws IllegalArgumentException if a text is not an image reference
     * @throws ImageTransferException if an image could not be brought in
     */
    public List<String> load(String... references) {
        return load(Arrays.stream(Given.each(references, "the reference of an image"))
                .map(ImageSource::of)
                .toArray(ImageSource[]::new));
    }

    /**
     * Brings images into this daemon, and waits until they are there.
     *
     * <p>Only what the daemon lacks is sent: nothing of an image that it has, and only the missing layers of any other image. The layers of
     * all sources in the outer engine are sent in one stream, without a file and with little memory. The listener of
     * {@link NestedDockerBuilder#progress} receives the reports.
     *
     * <p>Inside, an image has the names that the sources give. In place of a digest, an image may have a tag that is made from the digest,
     * for example {@code alpine:sha256-0123..} for {@code alpine@sha256:0123..}, and an image that is named by its ID has no name inside; use
     * the IDs that are returned. A tag beside a digest is ignored, as in {@code docker pull}. If the inner engine has the containerd image
     * store, an image can get another ID by this method than by {@link NestedDockerBuilder#images(String...)}.
     *
     * @param sources where the images are
     * @return the IDs that the images have inside, each once, in the order in which they were first named
     * @throws IllegalArgumentException if the name of an image is not an image reference
     * @throws ImageTransferException if an image is missing, is for another platform or could not be brought in
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> load(ImageSource... sources) {
        Given.each(sources, "an image source");
        return load(daemon.progress(), sources);
    }

    /**
     * Brings images into this daemon as {@link #load(ImageSource...)} does, and reports to the given listener.
     *
     * @param listener receives the reports in place of the daemon's own listener
     * @param sources where the images are
     * @return the IDs that the images have inside
     * @throws IllegalArgumentException if the name of an image is not an image reference
     * @throws ImageTransferException if an image is missing, is for another platform or could not be brought in
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> load(ProgressListener listener, ImageSource... sources) {
        Given.value(listener, "the progress listener");
        return ImageLoading.load(daemon, listener, checked(sources));
    }

    /**
     * Brings images into several daemons at once. The images are read once for all daemons of one outer engine, and each daemon is sent
     * what it lacks.
     *
     * <p>If a daemon fails, the other daemons get the images all the same; if one is closed meanwhile, the reports may start over. The
     * listener that was set for the first daemon with {@link NestedDockerBuilder#progress} receives the reports.
     *
     * @param daemons the daemons; a daemon that occurs more than once gets the images once
     * @param sources where the images are
     * @throws IllegalArgumentException if the name of an image is not an image reference
     * @throws ImageTransferException if an image could not be brought into one of the daemons, with the failures of others suppressed in it
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public static void loadInto(Collection<NestedDocker> daemons, ImageSource... sources) {
        Given.each(daemons, "a daemon to load images into");
        ImageLoading.load(daemons.stream().map(docker -> docker.daemon).toList(), checked(sources));
    }

    private static ImageSource[] checked(ImageSource... sources) {
        for (ImageSource source : Given.each(sources, "an image source")) {
            ImageReference.check(source);
        }
        return sources;
    }

    /**
     * Writes an image of this daemon to a file, as {@code docker save} does, and waits until the file is complete.
     *
     * <p>The file either has the whole image or is as it was before: the library writes to another file in that folder, checks that file,
     * and moves it into place. A link to a file is followed; a device, a pipe or a folder is refused.
     *
     * @param reference the image's name, digest or ID
     * @param file the file to write, which is replaced if it exists
     * @throws IllegalArgumentException if the text is not an image reference
     * @throws ImageTransferException if there is no such image, or the file could not be written
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public void save(String reference, Path file) {
        save(List.of(Given.value(reference, "the reference of an image")), file);
    }

    /**
     * Writes images of this daemon to one file; see {@link #save(String, Path)}.
     *
     * @param references the images' names, digests or IDs
     * @param file the file to write, which is replaced if it exists
     * @throws IllegalArgumentException if no image is named, or a text is not an image reference
     * @throws ImageTransferException if there is no such image, or the file could not be written
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public void save(Collection<String> references, Path file) {
        checkReferences(Given.each(references, "the reference of an image"));
        ImageLoading.save(daemon, references, Given.value(file, "the file to write"));
    }

    /**
     * Brings images of this daemon into the outer engine, and waits until they are there. Use it to keep images that were built inside.
     *
     * <p>Only what the outer engine lacks is sent, in one stream. If another image of the outer engine has one of the names, that image
     * loses the name, as with {@code docker pull}.
     *
     * @param references the images' names, digests or IDs
     * @return the IDs that the images have in the outer engine, in the order of the references, each once
     * @throws IllegalArgumentException if no image is named, or a text is not an image reference
     * @throws ImageTransferException if there is no such image, or the outer engine could not take it
     * @throws NestedDockerException if the calling thread was interrupted
     */
    public List<String> copyToOuter(String... references) {
        List<String> images = List.of(Given.each(references, "the reference of an image"));
        checkReferences(images);
        return ImageLoading.copyToOuter(daemon, images);
    }

    private static void checkReferences(Collection<String> references) {
        references.forEach(reference -> ImageReference.check(ImageSource.outer(reference)));
    }

    /**
     * Copies a file or folder of this machine into the daemon container, with its modes, owned by root.
     *
     * @param source a file, a folder with everything in it, or a link, which is copied as a link
     * @param target the absolute path of the copy; missing parent folders are made, existing files are replaced, and existing folders are
     *     added to
     * @throws IllegalArgumentException if there is no such source, or the target is not an absolute path below the root folder
     * @throws NestedDockerException if the source can't be read here, or has a pipe, a device or a socket in it, or the copy can't be
     *     written there; what was copied so far stays
     */
    public void copyIn(Path source, String target) {
        Given.value(source, "the file or folder to copy");
        ContainerFiles.check(source, Given.value(target, "the path of the copy"));
        daemon.guard()
                .run(
                        "copy " + source + " to " + target + " in",
                        () -> daemon.files().copyIn(source, target));
    }

    /**
     * Copies a file or folder of the daemon container to this machine, with its modes, owned by the user who runs this program.
     *
     * @param source the absolute path of a file, a folder with everything in it, or a link, which is copied as a link
     * @param target the path of the copy; missing parent folders are made, existing files are replaced, and existing folders are added to
     * @throws IllegalArgumentException if the source is not an absolute path below the root folder
     * @throws NestedDockerException if there is no such source, or it has a pipe or a device in it, or the copy can't be written here;
     *     what was copied so far stays
     */
    public void copyOut(String source, Path target) {
        ContainerFiles.check(Given.value(source, "the file or folder to copy"));
        Given.value(target, "the path of the copy");
        daemon.guard()
                .run(
                        "copy " + source + " to " + target + " from",
                        () -> daemon.files().copyOut(source, target));
    }

    /**
     * Returns facts about the inner engine, and the privilege of its daemon container. The first call asks the engine.
     *
     * @return facts about the inner engine
     * @throws NestedDockerException if the engine does not answer
     */
    public EngineInfo engine() {
        return daemon.engine();
    }

    /**
     * Returns what is known about the daemon now: timings of its start, the state of its container, the last lines of its log.
     *
     * <p>After this handle was closed, the method asks no engine. The log then ends with the close, and the state of the container is
     * {@code ended and removed} if the close or {@link #remove()} has ended the daemon, otherwise
     * {@code unknown, because this handle was closed}. There is advice only if the daemon had ended before the close.
     *
     * @return a snapshot
     */
    public Diagnostics diagnostics() {
        return daemon.diagnostics();
    }

    /**
     * Returns whether the daemon container runs. A paused container counts as running; after this handle was closed, the answer is false.
     *
     * <p>The method asks no engine and does not block: it returns what this program knows already. If the daemon outlives the program, or
     * this handle is from {@link #attach(String)}, this knowledge comes from the container's log. Such a daemon counts as ended if the
     * connection to the outer engine breaks.
     *
     * @return false once the daemon container has ended, or this handle was closed
     */
    public boolean isRunning() {
        return daemon.isRunning();
    }

    /**
     * Returns a future that completes when the daemon container has ended, for whatever reason, or this handle was closed.
     *
     * <p>The value is the reason in one line for a person to read, for example that somebody stopped the container, or what dockerd wrote
     * last. If this handle was closed, the value says so. The future never completes exceptionally. Dependent actions run on a thread of
     * the JVM's common pool, or on the thread that adds them. A {@link #restart()} does not complete the future.
     *
     * @return a new future for each call, which the caller may complete or cancel without any effect on others
     */
    public CompletableFuture<String> onExit() {
        return daemon.onExit();
    }

    /**
     * Returns the last lines that the daemon and its start script wrote, 200 at most, oldest first.
     *
     * <p>The consumer of {@link NestedDockerBuilder#logConsumer} receives all lines.
     *
     * @return lines without their ends
     */
    public List<String> logs() {
        return daemon.logs();
    }

    /**
     * Returns the ID of the daemon container on the outer engine.
     *
     * @return 64 hexadecimal digits
     */
    public String daemonContainerId() {
        return daemon.containerId();
    }

    /**
     * Returns the name of the daemon container on the outer engine.
     *
     * @return the name that was set, or the generated one
     */
    public String name() {
        return daemon.name();
    }

    /**
     * Restarts the inner engine in its container and waits until it answers again.
     *
     * <p>The {@link #endpoint()}, with the address of the API and the certificates, the data and {@link #client()} stay the same. Inner
     * containers are stopped; those with a restart policy are started again. A route that {@link #addressOf(String, int)} has returned ends
     * when its container is stopped, so call that method again; a listener of this program keeps its address. Ports of
     * {@link NestedDockerBuilder#publishPorts()} are opened again when their containers run; with {@link Endpoint.PortMapping#RANDOM}, they
     * can have other numbers then. A paused daemon is unpaused.
     *
     * @throws NestedDockerException if the engine does not come back, or the calling thread was interrupted
     */
    public void restart() {
        daemon.restart();
    }

    /**
     * Brings the daemon back to the state that it had when {@link NestedDockerBuilder#start()} returned.
     *
     * <p>If a test left little behind, a reset is much faster than another start; with ten containers and two built images it takes twice
     * as long as a start. {@link io.nesteddocker.pool.NestedDockerPool} resets daemons in the background.
     *
     * <p>The engine leaves a swarm that it has joined. Containers are killed and removed with their volumes, and networks, volumes,
     * plugins, build cache and images that were not there at the start are removed; then the method checks that nothing is left. A paused
     * daemon is unpaused. Images that were there at the start and are gone, and settings that were written to
     * {@code /etc/docker/daemon.json}, can't be brought back. Files and processes that {@link #exec} left in the daemon container stay. If
     * this handle is from {@link #attach(String)}, or the daemon has a named volume, the method brings the daemon back to the state that it
     * had when this handle was created.
     *
     * <p>The call blocks for a minute at most. Don't use the daemon during the call.
     *
     * @throws NestedDockerException if something could not be brought back, which the message names, or the calling thread was interrupted;
     *     then close the daemon and start another
     */
    public void reset() {
        daemon.reset();
    }

    /**
     * Freezes the daemon and all inner containers, so that a test can show what a program does when its daemon does not answer.
     * {@link #unpause()}, {@link #restart()} and {@link #reset()} resume them.
     *
     * @throws NestedDockerException if the outer engine refuses, for example because the daemon is paused already
     */
    public void pause() {
        daemon.pause();
    }

    /**
     * Resumes a paused daemon.
     *
     * @throws NestedDockerException if the outer engine refuses, for example because the daemon is not paused
     */
    public void unpause() {
        daemon.unpause();
    }

    /**
     * Ends the daemon, with everything in it, and waits until its container and its anonymous volume are gone.
     *
     * <p>Daemons inside this one are closed first. Inner containers get {@link NestedDockerBuilder#stopTimeout} to end. A daemon that was
     * started with {@link NestedDockerBuilder#keepRunning()} runs on, and only the handle is closed. With
     * {@link NestedDockerBuilder#reuse(String, DataRoot.Reuse)}, a daemon is left for the next program. Closing again does nothing; a
     * second thread waits until the first has finished. An interrupt, before or during the call, does not end the call early; the
     * interrupt flag is set when the call returns.
     *
     * @throws NestedDockerException if something could not be removed, with other failures suppressed in it
     */
    @Override
    public void close() {
        daemon.close();
    }

    /**
     * Ends the daemon, even if it was started with {@link NestedDockerBuilder#keepRunning()} or {@link NestedDockerBuilder#reuse(String)},
     * and waits until its container and its anonymous volume are gone.
     *
     * <p>If {@link #close()} has left the daemon running, this method connects to the outer engine once more and ends the daemon; this also
     * holds for a handle from {@link #attach(String)}. If another thread calls {@code close()} meanwhile, the daemon is gone when this
     * method returns. If {@code close()} could not end the daemon, this method tries again. After a {@code close()} that has ended the daemon,
     * and after {@link #abandon(String)}, the method does nothing.
     *
     * @throws NestedDockerException if something could not be removed, or {@code close()} has left a reused daemon that another program or
     *     handle uses now
     */
    public void remove() {
        daemon.remove();
    }

    /**
     * Frees what this program holds of the daemon without waiting for the outer engine, for example because that engine no longer answers.
     *
     * <p>Daemons inside this one are abandoned first. The outer engine ends the daemon by itself as soon as it notices that the connection
     * is closed, unless the daemon was started with {@link NestedDockerBuilder#keepRunning()} or
     * {@link NestedDockerBuilder#reuse(String)}. Calls that are under way fail, including a
     * {@link #close()}, and {@link #onExit()} completes with the reason. Returns at once; does nothing after a {@link #close()} that
     * has ended.
     *
     * @param reason the reason, which the messages of failed calls contain, for example {@code the machine is gone}
     */
    public void abandon(String reason) {
        daemon.abandon(Given.value(reason, "the reason"));
    }
}
