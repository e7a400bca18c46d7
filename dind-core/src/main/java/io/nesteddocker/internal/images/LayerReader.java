package io.nesteddocker.internal.images;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.Reason;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short container that reads files of the outer engine's data root, which it has mounted read-only.
 *
 * <p>It first writes some small files with their sizes, then the contents of files whose names it is told, as one stream. It ends with its
 * standard input, so with this program. Not thread-safe, but {@link #close} may come from any thread.
 */
final class LayerReader implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LayerReader.class);

    private static final String MOUNT = "/nested-docker-outer";

    /**
     * The names come with their length before them, so that no program has to see the end of standard input: not every client can
     * close one direction of a connection.
     */
    private static final String SCRIPT = "cd " + MOUNT + " && stat -c %s -- \"$@\" && cat -- \"$@\""
            + " && read -r size && head -c \"$size\" | xargs -0 cat --";

    private static final Duration ATTACH_PATIENCE = Duration.ofSeconds(30);

    private final OuterEngine outer;
    private final String id;
    private final BytePipe stdin = ArchiveUpload.newPipe();
    private final BytePipe stdout = ArchiveUpload.newPipe();
    private volatile String complaints = "";
    private final DataInputStream output = new DataInputStream(stdout.input());
    private final Frames frames = new Frames();

    private LayerReader(OuterEngine outer, String id) {
        this.outer = outer;
        this.id = id;
    }

    /**
     * Starts the container.
     *
     * @param image an image of the outer engine with a shell and the usual small programs
     * @param files the small files to begin with, relative to the data root
     */
    static LayerReader start(OuterEngine outer, String image, List<String> files) throws InterruptedException {
        HostConfig host = HostConfig.newHostConfig()
                .withAutoRemove(true)
                .withNetworkMode("none")
                .withReadonlyRootfs(false)
                .withSecurityOpts(List.of("label=disable"))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withBinds(new Bind(outer.storage().dataRoot(), new Volume(MOUNT), AccessMode.ro));
        List<String> command = new ArrayList<>(List.of("-c", SCRIPT, "sh"));
        command.addAll(files);
        String id = outer.client()
                .createContainerCmd(image)
                .withEntrypoint("/bin/sh")
                .withCmd(command)
                .withUser("0:0")
                .withWorkingDir("/")
                .withLabels(Map.of(
                        Labels.KIND, "reader", Labels.OWNER, Owner.thisProgram().toString()))
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false)
                .withHostConfig(host)
                .exec()
                .getId();
        LayerReader reader = new LayerReader(outer, id);
        try {
            outer.client()
                    .attachContainerCmd(id)
                    .withStdIn(reader.stdin.input())
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .exec(reader.frames);
            reader.frames.awaitAttached();
            outer.client().startContainerCmd(id).exec();
            return reader;
        } catch (RuntimeException | InterruptedException e) {
            reader.close();
            throw e;
        }
    }

    /** Reads the small files that the container was started for. */
    Map<String, byte[]> smallFiles(List<String> files, long mostBytes) throws IOException {
        List<Long> sizes = new ArrayList<>();
        long all = 0;
        for (int i = 0; i < files.size(); i++) {
            long size = Long.parseLong(line());
            sizes.add(size);
            all += size;
        }
        if (all > mostBytes) {
            throw new IOException("the layers have too many files to keep their lists in memory");
        }
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (int i = 0; i < files.size(); i++) {
            byte[] content = new byte[sizes.get(i).intValue()];
            output.readFully(content);
            contents.put(files.get(i), content);
        }
        return contents;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = output.readUnsignedByte(); next != '\n'; next = output.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** Something that writes names, each with a zero byte after it. */
    interface Names {
        void writeTo(OutputStream target) throws IOException;
    }

    /** Returns the contents of files, in the order of their names, as one stream. */
    InputStream contents(long sizeOfNames, Names names) {
        Thread writer = new Thread(
                () -> {
                    try (OutputStream target = stdin.output()) {
                        target.write((sizeOfNames + "\n").getBytes(StandardCharsets.US_ASCII));
                        names.writeTo(target);
                    } catch (IOException e) {
                        LOG.debug("The names of the layers' files were not all read: {}", e.getMessage());
                    }
                },
                "nested-docker-layer-names");
        writer.setDaemon(true);
        writer.start();
        return output;
    }

    /** What the container's programs complained of, or the empty string. */
    String complaints() {
        return complaints.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Ends the container. */
    @Override
    public void close() {
        stdin.breakOff("the reading is over");
        stdout.breakOff("the reading is over");
        try {
            frames.close();
        } catch (IOException e) {
            LOG.debug("Closing the connection to the reading container failed", e);
        }
        try {
            outer.containers().remove(id);
        } catch (RuntimeException e) {
            LOG.debug("The reading container {} removes itself: {}", id, Reason.of(e));
        }
    }

    private final class Frames extends ResultCallback.Adapter<Frame> {

        private final OutputStream target = stdout.output();
        private final CountDownLatch attached = new CountDownLatch(1);

        /** What the container writes before that is lost. */
        void awaitAttached() throws InterruptedException {
            if (!attached.await(ATTACH_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The outer engine did not attach to the reading container within "
                        + ATTACH_PATIENCE.toSeconds() + " seconds.");
            }
        }

        @Override
        public void onStart(Closeable stream) {
            super.onStart(stream);
            attached.countDown();
        }

        @Override
        public void onNext(Frame frame) {
            if (frame.getStreamType() == StreamType.STDERR) {
                if (complaints.isEmpty()) {
                    complaints = new String(frame.getPayload(), StandardCharsets.UTF_8);
                }
                return;
            }
            try {
                target.write(frame.getPayload());
            } catch (IOException e) {
                // Nobody reads any more, and the container is about to go.
                LOG.trace("Layers are no longer read: {}", e.getMessage());
            }
        }

        @Override
        public void onError(Throwable failure) {
            attached.countDown();
            stdout.breakOff("the reading container broke off: " + Reason.of(failure));
        }

        @Override
        public void onComplete() {
            super.onComplete();
            try {
                target.close();
            } catch (IOException e) {
                LOG.trace("The pipe was closed already: {}", e.getMessage());
            }
        }
    }
}
