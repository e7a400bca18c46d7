package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.LoadResponseItem;
import io.nesteddocker.internal.http.LoadOutcome;
import io.nesteddocker.internal.http.Reason;
import java.io.InputStream;
import java.time.Duration;

/**
 * A {@code POST /images/load} with any client, followed to its end.
 *
 * <p>The request has failed if the answer contains an error, even after loaded images, or if an image could not be unpacked. Thread-safe.
 */
public final class ImageLoad extends ImageAnswers<LoadResponseItem> {

    private ImageLoad() {}

    /** Begins to send an archive, on another thread. */
    public static ImageLoad begin(DockerClient client, InputStream archive) {
        return client.loadImageAsyncCmd(archive).exec(new ImageLoad());
    }

    /**
     * Waits for the end of the engine's answer.
     *
     * @throws ImageProblem with the engine's message if the load failed
     */
    public void await(Duration patience) throws InterruptedException {
        try {
            if (!awaitEnd(patience)) {
                throw new ImageProblem("it had not finished after " + patience.toMinutes() + " minutes", null);
            }
        } catch (ImageProblem e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ImageProblem(problem.isEmpty() ? Reason.of(e) : problem, e);
        }
        throwIfFailed();
    }

    @Override
    void accept(LoadResponseItem item) {
        if (item.getStream() != null && problem.isEmpty()) {
            problem = LoadOutcome.problemIn(item.getStream());
        }
    }
}
