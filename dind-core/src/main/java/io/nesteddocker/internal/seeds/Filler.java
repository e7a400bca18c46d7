package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.internal.sweep.UndoStack;
import io.nesteddocker.internal.tar.TarArchive;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container that works on a seed's volume and lives as long as this program holds on to it. Where it has a name, it is a lock too: the
 * outer engine gives a name once, whichever process or machine asks. For use by one thread.
 */
final class Filler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Filler.class);
    private static final String FOLDER = "nested-docker/";
    private static final String SCRIPT = "seed-fill.sh";
    private static final String READY = "seed: ready";
    private static final String DONE = "seed: done ";
    private static final String GIVES_WAY = "seed: gives way: ";
    private static final String FAILED = "seed: failed: ";
    private static final String ENDED = "ended";
    private static final long PAUSE_MILLIS = 50;

    private final OuterEngine outer;
    private final Deadline deadline;
    private final Cancellation cancellation;
    private final UndoStack undo = new UndoStack();
    private final FillOrders orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile String lastWords = "";
    private String id = "";

    /**
     * The outcome of an order.
     *
     * @param problem empty where all went well
     * @param otherWayOpen whether another way of filling the seed may go well
     * @param words what the order has said where all went well
     */
    record Answer(String problem, boolean otherWayOpen, String words) {}

    private Filler(OuterEngine outer, byte[] archive, Deadline deadline, Cancellation cancellation) {
        this.outer = outer;
        this.deadline = deadline;
        this.cancellation = cancellation;
        orders = new FillOrders(archive);
    }

    /** Creates and starts the container; throws what the engine answers where it refuses. */
    static Filler start(
            OuterEngine outer,
            String name,
            String image,
            Map<String, String> binds,
            Map<String, String> volumes,
            SeedContent content,
            Deadline deadline,
            Cancellation cancellation)
            throws InterruptedException {
        byte[] archive = archive(content, outer);
        Filler filler = new Filler(outer, archive, deadline, cancellation);
        HelperPlan plan = new HelperPlan(
                name,
                image,
                List.of(
                        "/bin/sh",
                        "-c",
                        "head -c " + archive.length + " | tar -xf - -C / && exec /bin/sh /" + FOLDER + SCRIPT
                                + " hold"),
                Map.of(
                        Labels.KIND,
                        Labels.SEED_FILLER,
                        Labels.OWNER,
                        Owner.thisProgram().toString()),
                binds,
                volumes,
                outer.facts().support().remapsUsers());
        String id = outer.containers().create(plan);
        filler.id = id;
        filler.undo.pushRepeatable(
                "remove the filler of a seed", () -> outer.containers().remove(id));
        try {
            Closeable attached =
                    outer.containers().attach(id, filler.orders, filler::accept, () -> filler.answers.add(ENDED));
            filler.undo.push("let go of the filler of a seed", () -> {
                filler.orders.close();
                attached.close();
            });
            outer.containers().start(id);
            filler.await(READY);
            return filler;
        } catch (RuntimeException | InterruptedException e) {
            Exception secondary = filler.undo.unwind();
            if (secondary != null) {
                e.addSuppressed(secondary);
            }
            throw e;
        }
    }

    /** Has a verb of the script carried out and waits for its end. */
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
                new TarArchiveInputStream(outer.containers().download(id, path))) {
            if (tar.getNextEntry() == null) {
                throw new SeedException("the file " + path + " of the filler is empty");
            }
            return tar.readAllBytes();
        } catch (IOException | DockerException e) {
            throw new SeedException("the file " + path + " of the filler can't be read: " + e.getMessage());
        }
    }

    /** Has a tar archive unpacked in a folder and waits for its end. */
    Answer unpack(byte[] archive, String folder) throws InterruptedException {
        orders.add("take " + archive.length + " " + folder, archive);
        return await();
    }

    /** Ends the container and waits until it is gone. */
    @Override
    public void close() {
        Exception failure = undo.unwind();
        if (failure != null) {
            LOG.debug("The filler of a seed did not end cleanly", failure);
        }
    }

    private String await(String prefix) throws InterruptedException {
        while (true) {
            cancellation.throwIfCancelled();
            String answer = answers.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (answer != null && answer.startsWith(prefix)) {
                return answer;
            }
            if (ENDED.equals(answer)) {
                throw new SeedException("the container that fills the seed ended early"
                        + (lastWords.isEmpty() ? "" : ": " + lastWords));
            }
            if (deadline.hasPassed()) {
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

    /** Where the outer engine has the containerd store, its images' identities are not those of the classic store. */
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

    private static byte[] lines(List<String> items) {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(item).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
