package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.exception.DockerException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The plain reason in an exception: the engine's own message, or the deepest cause's. */
public final class Reason {

    private static final Pattern MESSAGE = Pattern.compile("\\{\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private Reason() {}

    /** Returns one line without the layers of wrapping around it. */
    public static String of(Throwable failure) {
        Throwable deepest = failure;
        for (int i = 0; deepest.getCause() != null && !(deepest instanceof DockerException) && i < 20; i++) {
            deepest = deepest.getCause();
        }
        String text = deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
        Matcher message = MESSAGE.matcher(text);
        if (message.find()) {
            text = message.group(1).replace("\\n", " ").replace("\\\"", "\"").replace("\\u003e", ">");
        }
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
