package io.nesteddocker.internal.outer;

import io.nesteddocker.NestedDockerException;
import org.jspecify.annotations.Nullable;

/** Thrown with the engine's message if an image could not be pulled, built or loaded; the caller puts it into a whole sentence. */
public final class ImageProblem extends NestedDockerException {

    private static final long serialVersionUID = 1L;

    ImageProblem(String engineWords, @Nullable Throwable cause) {
        super(engineWords, cause);
    }
}
