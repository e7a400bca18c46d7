package io.nesteddocker.internal.images;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.HelperPlan.Access;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Helper;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short container that reads files of the outer engine, which it has mounted read-only.
 *
 * <p>It answers questions about the names, sizes and contents of files, one after the other. It ends when its standard input ends, and so
 * at the latest with this program. Not thread-safe, but any thread may call {@link #close}.
 */
final class LayerReader implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LayerReader.class);

    /** Below this total, {@code docker save} is faster than the start of a container. */
    static final long LEAST_BYTES = 24L << 20;

    private static final String MOUNT = "/nested-docker-outer";

    /**
     * Answers questions. A question is a word, the length of the names that follow, and the names, each with a zero byte after it. The
     * length is needed because not every client can close one direction of a connection to mark the end of the names. The sizes leave out
     * missing files, and end with an empty line.
     */
    private static final String ANSWER = """
             && while read -r question length; do
                case $question in
                    list) ls; echo ;;
                    sizes) head -c "$length" | xargs -0 stat -L -c '%s %n' -- 2>/dev/null; echo ;;
                    contents) head -c "$length" | xargs -0 cat -- ;;
                esac
            done""";

    private static final String DATA_ROOT = "cd " + MOUNT;

    private static final String OWN_BLOBS = DATA_ROOT + BlobList.IN_DATA_ROOT;

    /** Selects the folder that has the image's blob, from those in which a containerd may keep its data. */
    private static final String BLOBS = """
            found=
            for folder in "$1/containerd/daemon" /containerd /desktop-containerd/daemon; do
                blobs=%s$folder/io.containerd.content.v1.content/blobs/sha256
                [ ! -f "$blobs/$2" ] || found=$blobs
            done
            [ -n "$found" ] || echo "the data of its containerd is neither in its data root nor beside it" >&2
            [ -n "$found" ] && cd "$found\"""".formatted(MOUNT);

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) (.+)");

    private final BytePipe stdin = ArchiveUpload.newPipe();
    private final OutputStream input = stdin.output();
    private final BytePipe stdout = ArchiveUpload.newPipe();
    private volatile String errors = "";
    private final DataInputStream output = new DataInputStream(stdout.input());

    private Closeable container = () -> {};
    private Cancellation.Registration registration = () -> {};

    private LayerReader() {}

    /** Returns whether a container can read an outer engine's files. */
    static boolean canRead(OuterEngine outer) {
        return outer.storage().dataRoot().startsWith("/")
                && !outer.facts().support().remapsUsers();
    }

    /**
     * Starts a container that reads in the outer engine's data root.
     *
     * @param image an image of the outer engine with a shell and the usual small programs
     * @throws IOException if the container can't be started
     */
    static LayerReader inDataRoot(OuterEngine outer, String image, Cancellation cancellation)
            throws IOException, InterruptedException {
        return start(outer, image, outer.storage().dataRoot(), cancellation, DATA_ROOT + ANSWER);
    }

    /** Starts a container that reads the blobs of the outer engine's own containerd; see {@link #inDataRoot}. */
    static LayerReader inOwnBlobs(OuterEngine outer, String image, Cancellation cancellation)
            throws IOException, InterruptedException {
        return start(outer, image, outer.storage().dataRoot(), cancellation, OWN_BLOBS + ANSWER);
    }

    /**
     * Starts a container that reads the blobs of the outer engine's containerd, each by its digest without {@code sha256:}; see {@link
     * #inDataRoot}.
     *
     * @param digest the digest of a blob by which their folder is found
     */
    static LayerReader inBlobs(OuterEngine outer, String image, String digest, Cancellation cancellation)
            throws IOException, InterruptedException {
        // A containerd that the engine did not start may keep its data beside the data root.
        String dataRoot = outer.storage().dataRoot();
        int slash = dataRoot.lastIndexOf('/');
        return start(
                outer,
                image,
                slash == 0 ? "/" : dataRoot.substring(0, slash),
                cancellation,
                BLOBS + ANSWER,
                "sh",
                dataRoot.substring(slash),
                Sha256.hexDigits(digest));
    }

    private static LayerReader start(
            OuterEngine outer, String image, String mounted, Cancellation cancellation, String... script)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c"));
        command.addAll(List.of(script));
        HelperPlan plan =
                new HelperPlan("", image, command, Helper.labels("reader"), Map.of(MOUNT, mounted), Access.READ);
        OuterContainers containers = outer.containers();
        LayerReader reader = new LayerReader();
        try {
            reader.container = Helper.start(
                    containers,
                    plan,
                    reader.stdin.input(),
                    (id, stdin) -> containers.attach(id, stdin, reader.new Frames()));
        } catch (DockerException | IllegalStateException e) {
            throw new IOException("no container could read the outer engine's files: " + Reason.of(e), e);
        }
        reader.registration = cancellation.onCancel(reader::breakOff);
        return reader;
    }

    /** Returns the names of all files in the folder. */
    List<String> list() throws IOException {
        ask("list", List.of());
        List<String> names = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            names.add(line);
        }
        return names;
    }

    /** Returns the sizes of the files that exist. */
    Map<String, Long> sizes(Collection<String> files) throws IOException {
        ask("sizes", files);
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher size = SIZE.matcher(line);
            if (!size.matches()) {
                throw new IOException("the size of a file was expected, but this was read: " + line);
            }
            sizes.put(size.group(2), Long.parseLong(size.group(1)));
        }
        return sizes;
    }

    /** Reads small files; skips missing ones. */
    Map<String, byte[]> smallFiles(Collection<String> files, long mostBytes) throws IOException {
        Map<String, Long> sizes = sizes(files);
        if (sizes.values().stream().mapToLong(Long::longValue).sum() > mostBytes) {
            throw new IOException("its lists and descriptions are too long to be kept in memory");
        }
        Map<String, byte[]> contents = new LinkedHashMap<>();
        if (!sizes.isEmpty()) {
            ask("contents", sizes.keySet());
        }
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            byte[] content = new byte[file.getValue().intValue()];
            output.readFully(content);
            contents.put(file.getKey(), content);
        }
        return contents;
    }

    private void ask(String question, Collection<String> files) throws IOException {
        byte[] names = files.stream()
                .map(file -> file + "\0")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        input.write((question + " " + names.length + "\n").getBytes(StandardCharsets.US_ASCII));
        input.write(names);
        input.flush();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = output.readUnsignedByte(); next != '\n'; next = output.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** Writes names, each with a zero byte after it. */
    interface Names {
        void writeTo(OutputStream target) throws IOException;
    }

    /** Returns the contents of files, in the order of their names, as one stream; this must be the last question. */
    InputStream contents(long sizeOfNames, Names names) {
        Thread writer = new Thread(
                () -> {
                    try (input) {
                        input.write(("contents " + sizeOfNames + "\n").getBytes(StandardCharsets.US_ASCII));
                        names.writeTo(input);
                    } catch (IOException e) {
                        LOG.debug("The names of the files were not all read: {}", e.getMessage());
                    }
                },
                "nested-docker-layer-names");
        writer.setDaemon(true);
        writer.start();
        return output;
    }

    /** Returns the errors that the container's programs printed, or the empty string. */
    String errors() {
        return errors.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Ends the container. */
    @Override
    public void close() {
        registration.close();
        breakOff();
    }

    private void breakOff() {
        stdin.fail("the reading is over");
        stdout.fail("the reading is over");
        Quietly.close(container);
    }

    private final class Frames extends EngineStream<Frame> {

        private final OutputStream target = stdout.output();

        @Override
        public void onNext(Frame frame) {
            if (frame.getStreamType() == StreamType.STDERR) {
                if (errors.isEmpty()) {
                    errors = new String(frame.getPayload(), StandardCharsets.UTF_8);
                }
                return;
            }
            try {
                target.write(frame.getPayload());
            } catch (IOException e) {
                // The stream has no reader any more, and the container is about to be removed.
                LOG.trace("Layers are no longer read: {}", e.getMessage());
            }
        }

        @Override
        public void onError(Throwable failure) {
            super.onError(failure);
            stdout.fail("the reading container broke off: " + Reason.of(failure));
        }

        @Override
        public void onComplete() {
            super.onComplete();
            Quietly.close(target);
        }
    }
}
