package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.HelperPlan.Access;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Helper;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.tar.TarArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A container that works on a seed's volume, until this program closes it or dies. If it has a name, it is also a lock, because the outer
 * engine allows a name only once, for all processes and machines. For use by one thread.
 */
final class Filler implements AutoCloseable {

    private static final String FOLDER = "nested-docker/";
    private static final String SCRIPT = "seed-fill.sh";
    private static final String READY = "seed: ready";
    private static final String DONE = "seed: done ";
    private static final String GIVES_WAY = "seed: gives way: ";
    private static final String FAILED = "seed: failed: ";
    private static final String ENDED = "ended";
    private static final long PAUSE_MILLIS = 50;

    private final FillerContext context;
    private final Helper container;
    private final FillOrders orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile String lastWords = "";

    /**
     * The outcome of an order.
     *
     * @param problem the reason why the order failed; empty if it succeeded
     * @param otherWayOpen whether another way of filling the seed may succeed
     * @param text the output of the order if it succeeded
     */
    record Answer(String problem, boolean otherWayOpen, String text) {

        /** Throws the problem if there is one. */
        void orThrow() {
            if (!problem.isEmpty()) {
                throw new SeedException(problem);
            }
        }
    }

    /** Creates and starts the container. If the engine refuses, throws the exception with its answer. */
    private Filler(FillerContext context, String name, Map<String, String> mounts, SeedContent content)
            throws InterruptedException {
        this.context = context;
        OuterEngine outer = context.outer();
        byte[] archive = archive(content, outer);
        orders = new FillOrders(archive);
        HelperPlan plan = new HelperPlan(
                name,
                context.daemonImage(),
                List.of(
                        "/bin/sh",
                        "-c",
                        "head -c " + archive.length + " | tar -xf - -C / && exec /bin/sh /" + FOLDER + SCRIPT
                                + " hold"),
                Helper.labels(Labels.SEED_FILLER),
                mounts,
                outer.facts().support().remapsUsers() ? Access.WRITE_AS_REAL_ROOT : Access.WRITE);
        OuterContainers containers = outer.containers();
        container = Helper.start(
                containers,
                plan,
                orders,
                (id, stdin) -> containers.attach(id, stdin, this::accept, () -> answers.add(ENDED)));
    }

    /**
     * The objects that fillers need.
     *
     * @param daemonImage the image of their containers
     */
    record FillerContext(OuterEngine outer, String daemonImage, Deadline deadline, Cancellation cancellation) {

        /**
         * Starts a filler, and waits until it accepts orders. If the engine refuses, throws the exception with its answer.
         *
         * @param name its name, or the empty string for a generated one
         * @param mounts folders of the outer host and volumes, by their paths in the container
         */
        Filler start(String name, Map<String, String> mounts, SeedContent content) throws InterruptedException {
            Filler filler = new Filler(this, name, mounts, content);
            try {
                filler.await(READY);
                return filler;
            } catch (RuntimeException | InterruptedException e) {
                filler.close();
                throw e;
            }
        }
    }

    /** Runs a command of the script and waits for its end. */
    Answer order(String... words) throws InterruptedException {
        orders.add(String.join(" ", words), new byte[0]);
        return await();
    }

    private Answer await() throws InterruptedException {
        String answer = await("seed: ");
        if (answer.startsWith(DONE)) {
            return new Answer("", false, answer.substring(DONE.length()));
        }
        return answer.startsWith(GIVES_WAY)
                ? new Answer(answer.substring(GIVES_WAY.length()), true, "")
                : new Answer(answer.replaceFirst("^" + FAILED, ""), false, "");
    }

    /** Reads a file of the container. */
    byte[] read(String path) {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(context.outer().containers().download(container.id(), path))) {
            if (tar.getNextEntry() == null) {
                throw new SeedException("the file " + path + " of the filler is empty");
            }
            return tar.readAllBytes();
        } catch (IOException | DockerException e) {
            throw new SeedException("the file " + path + " of the filler can't be read: " + e.getMessage());
        }
    }

    /** Unpacks a tar archive in a folder of the container and waits for the end. */
    Answer unpack(byte[] archive, String folder) throws InterruptedException {
        orders.add("take " + archive.length + " " + folder, archive);
        return await();
    }

    /** Ends the container and waits until it is gone. */
    @Override
    public void close() {
        container.close();
    }

    private String await(String prefix) throws InterruptedException {
        while (true) {
            context.cancellation().throwIfCancelled();
            String answer = answers.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (answer != null && answer.startsWith(prefix)) {
                return answer;
            }
            if (ENDED.equals(answer)) {
                throw new SeedException("the container that fills the seed ended early"
                        + (lastWords.isEmpty() ? "" : ": " + lastWords));
            }
            if (context.deadline().hasPassed()) {
                throw new SeedException("the time was over before the seed was filled");
            }
        }
    }

    private void accept(byte[] piece) {
        for (byte next : piece) {
            if (next == '\n') {
                lastWords = line.toString(StandardCharsets.UTF_8);
                answers.add(lastWords);
                line.reset();
            } else {
                line.write(next);
            }
        }
    }

    /**
     * Packs the script and its lists. If the outer engine has a containerd store, its images' IDs differ from those of the classic store,
     * so the list of repositories is omitted.
     */
    private static byte[] archive(SeedContent content, OuterEngine outer) {
        TarArchive tar = new TarArchive()
                .folder(FOLDER, 0700)
                .imageFile(FOLDER + SCRIPT, 0755, SCRIPT)
                .file(FOLDER + "layers", 0600, lines(content.chainIds()))
                .file(FOLDER + "images", 0600, lines(content.imageIds()));
        RelayProgram.forProcessor(outer.facts().architecture())
                .ifPresent(program -> tar.file(FOLDER + "layer", 0755, program));
        if (!outer.storage().hasContainerdStore()) {
            tar.file(FOLDER + "repositories.json", 0600, content.repositories());
        }
        return tar.toBytes();
    }

    static byte[] lines(Collection<String> items) {
        return items.stream()
                .map(item -> item + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }
}
