package io.nesteddocker.internal.http;

import com.github.dockerjava.api.exception.DockerException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the plain reason in an exception: the engine's own message, or the message of the deepest cause. */
public final class Reason {

    private static final Pattern MESSAGE = Pattern.compile("\\{\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Map<Class<?>, String> WHY = Map.of(
            NoSuchFileException.class, "no such file or folder",
            AccessDeniedException.class, "permission denied",
            FileAlreadyExistsException.class, "it is there already",
            NotDirectoryException.class, "not a folder",
            DirectoryNotEmptyException.class, "the folder is not empty");

    private Reason() {}

    /** Returns the reason in one line, without the messages of wrapping exceptions. */
    public static String of(Throwable failure) {
        Throwable deepest = failure;
        for (int i = 0; deepest.getCause() != null && !(deepest instanceof DockerException) && i < 20; i++) {
            deepest = deepest.getCause();
        }
        String text = textOf(deepest);
        Matcher message = MESSAGE.matcher(text);
        if (message.find()) {
            text = message.group(1).replace("\\n", " ").replace("\\\"", "\"").replace("\\u003e", ">");
        }
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Returns whether an engine has answered with an error, in contrast to a failure without an answer. */
    public static boolean isEnginesAnswer(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DockerException) {
                return true;
            }
        }
        return false;
    }

    /** Returns the message, and adds a reason if the JDK's message is only the name of a file. */
    private static String textOf(Throwable failure) {
        if (failure.getMessage() == null) {
            return failure.getClass().getSimpleName();
        }
        if (!(failure instanceof FileSystemException file) || file.getReason() != null) {
            return failure.getMessage();
        }
        String reason = WHY.get(failure.getClass());
        return failure.getMessage() + ": "
                + (reason == null ? failure.getClass().getSimpleName() : reason);
    }
}
