package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.model.ResponseItem;
import io.nesteddocker.internal.http.EngineStream;
import java.io.IOException;

/**
 * The messages of an engine while it pulls, builds or loads an image. The engine may send an error inside the stream, after it has answered
 * with a success. Thread-safe.
 */
abstract class ImageAnswers<T extends ResponseItem> extends EngineStream<T> {

    /** The engine's error message; empty if there was no error so far. */
    volatile String problem = "";

    @Override
    public final void onNext(T item) {
        if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
            problem = item.getErrorDetail().getMessage();
        } else {
            accept(item);
        }
    }

    /** Processes an item that is not an error. */
    abstract void accept(T item);

    final void throwIfFailed() {
        if (!problem.isEmpty()) {
            throw new ImageProblem(problem, null);
        }
    }

    /** Cancels the request. */
    public final void cancel() {
        try {
            close();
        } catch (IOException e) {
            onError(e);
        }
    }
}
