package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the {@code dockerd} in an image for its version, which takes a container. */
final class VersionQuestion {

    private static final Logger LOG = LoggerFactory.getLogger(VersionQuestion.class);
    private static final long PAUSE_MILLIS = 20;

    private VersionQuestion() {}

    /** Returns what it says; the empty string where it says nothing. */
    static String ask(OuterEngine outer, String image, Deadline deadline, Cancellation cancellation)
            throws InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CountDownLatch ended = new CountDownLatch(1);
        HelperPlan plan = new HelperPlan(
                "",
                image,
                List.of("/bin/sh", "-c", "dockerd --version"),
                Map.of(
                        Labels.KIND,
                        Labels.SEED_FILLER,
                        Labels.OWNER,
                        Owner.thisProgram().toString()),
                Map.of(),
                Map.of(),
                false);
        UndoStack undo = new UndoStack();
        try {
            String id = outer.containers().create(plan);
            undo.pushRepeatable(
                    "remove the container that tells a version",
                    () -> outer.containers().remove(id));
            Closeable attached =
                    outer.containers().attach(id, InputStream.nullInputStream(), said::writeBytes, ended::countDown);
            undo.push("let go of the container that tells a version", attached::close);
            outer.containers().start(id);
            while (!ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS) && !deadline.hasPassed()) {
                cancellation.throwIfCancelled();
            }
        } catch (DockerException e) {
            LOG.debug("The image {} does not print the version of its dockerd", image, e);
        } finally {
            undo.unwind();
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
