package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.model.ResponseItem;
import io.nesteddocker.internal.http.EngineStream;
import java.io.IOException;

/**
 * What an engine says while it pulls, builds or loads. It may send an error from inside the stream, after it has said that all is well.
 * Thread-safe.
 */
abstract class ImageAnswers<T extends ResponseItem> extends EngineStream<T> {

    /** The engine's words; empty as long as all is well. */
    volatile String problem = "";

    @Override
    public final void onNext(T item) {
        if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
            problem = item.getErrorDetail().getMessage();
        } else {
            hear(item);
        }
    }

    /** Takes an item that is no error. */
    abstract void hear(T item);

    final void refuseProblem() {
        if (!problem.isEmpty()) {
            throw new ImageProblem(problem, null);
        }
    }

    /** Breaks the request off. */
    public final void cancel() {
        try {
            close();
        } catch (IOException e) {
            onError(e);
        }
    }
}
