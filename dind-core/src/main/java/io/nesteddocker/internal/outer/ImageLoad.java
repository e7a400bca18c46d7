package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.LoadResponseItem;
import io.nesteddocker.internal.http.LoadOutcome;
import io.nesteddocker.internal.http.Reason;
import java.io.InputStream;
import java.time.Duration;

/**
 * One {@code POST /images/load}, followed to its end with whatever client there is.
 *
 * <p>An error inside the answer is an error, also after images that were loaded; so is an image that could not be unpacked. Thread-safe.
 */
public final class ImageLoad extends ImageAnswers<LoadResponseItem> {

    private ImageLoad() {}

    /** Begins to send an archive, on another thread. */
    public static ImageLoad begin(DockerClient client, InputStream archive) {
        return client.loadImageAsyncCmd(archive).exec(new ImageLoad());
    }

    /**
     * Waits until the engine has said all.
     *
     * @throws ImageProblem with the engine's words where it failed
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
        refuseProblem();
    }

    @Override
    void hear(LoadResponseItem item) {
        if (item.getStream() != null && problem.isEmpty()) {
            problem = LoadOutcome.problemIn(item.getStream());
        }
    }
}
