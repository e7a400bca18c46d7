package io.nesteddocker;

import io.nesteddocker.internal.Given;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A command for the daemon container: a program with its arguments and, as options, environment variables, a working folder, standard input
 * and a time limit.
 *
 * <p>{@link NestedDocker#exec(Command)}, {@link NestedDocker#shell(Command)} and {@link NestedDocker#pipe(Command)} run a command; each
 * command can be run any number of times. Each method of this class that sets an option returns a changed copy.
 *
 * <p>Immutable and thread-safe.
 */
public final class Command {

    private final List<String> words;
    private final Map<String, String> environment;
    private final String workingFolder;
    private final byte @Nullable [] inputBytes;
    private final @Nullable Path inputFile;
    private final @Nullable Duration timeout;

    private Command(
            List<String> words,
            Map<String, String> environment,
            String workingFolder,
            byte @Nullable [] inputBytes,
            @Nullable Path inputFile,
            @Nullable Duration timeout) {
        this.words = words;
        this.environment = environment;
        this.workingFolder = workingFolder;
        this.inputBytes = inputBytes;
        this.inputFile = inputFile;
        this.timeout = timeout;
    }

    /**
     * Returns a command without options.
     *
     * @param programAndArguments the program and its arguments, which no shell interprets
     * @return the command
     * @throws IllegalArgumentException if there is no program, it is an empty text, or the program or an argument contains a NUL
     */
    public static Command of(String... programAndArguments) {
        for (String word : Given.each(programAndArguments, "a word of a command")) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "Tried to make a command with a NUL in one of its words but a program would take the NUL for the word's end;"
                                + " leave out the NUL, or pass such data with input(..).");
            }
        }
        List<String> words = List.of(programAndArguments);
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new IllegalArgumentException("Tried to make a command but "
                    + (words.isEmpty() ? "no program was given" : "its program is an empty text")
                    + "; give a program and its arguments.");
        }
        return new Command(words, Map.of(), "", null, null, null);
    }

    /**
     * Sets an environment variable. By default, a command has the variables of the daemon container.
     *
     * @param name a name without {@code =} and white space
     * @param value the value, which the library writes into no message and no log; a client that was given to
     *     {@link NestedDockerBuilder#outer(com.github.dockerjava.api.DockerClient)} may log it
     * @return a copy with the variable
     * @throws IllegalArgumentException if the name is not valid, or the value contains a NUL
     */
    public Command environment(String name, String value) {
        Given.variable(name, value);
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(words, Collections.unmodifiableMap(more), workingFolder, inputBytes, inputFile, timeout);
    }

    /**
     * Sets the folder in which the program starts. By default, this is the working folder of the daemon image.
     *
     * @param absolutePath a folder of the daemon container; if it does not exist, the outer engine can't run the program
     * @return a copy with the folder
     * @throws IllegalArgumentException if the path does not begin with a slash, or contains a NUL
     */
    public Command workingFolder(String absolutePath) {
        Given.value(absolutePath, "a command's working folder");
        if (!absolutePath.startsWith("/") || absolutePath.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "Tried to run a command in the folder \"" + absolutePath.replace('\0', '?')
                            + "\" but that is not an absolute path in the daemon container; give one that begins with a slash.");
        }
        return new Command(words, environment, absolutePath, inputBytes, inputFile, timeout);
    }

    /**
     * Sets the standard input to a text in UTF-8. By default, the input is empty. A later call replaces the input.
     *
     * @param text the input, which the library writes into no message and no log, unless the command prints it and exceeds its time limit
     * @return a copy with the input
     */
    public Command input(String text) {
        return reading(Given.value(text, "a command's input").getBytes(StandardCharsets.UTF_8), null);
    }

    /**
     * Sets the standard input to a copy of the given bytes. By default, the input is empty. A later call replaces the input.
     *
     * @param bytes the input, which the library writes into no message and no log, unless the command prints it and exceeds its time limit
     * @return a copy with the input
     */
    public Command input(byte[] bytes) {
        return reading(Given.value(bytes, "a command's input").clone(), null);
    }

    /**
     * Sets the standard input to the content of a file. By default, the input is empty. A later call replaces the input.
     *
     * @param file a file of this machine, which is opened and read each time the command runs
     * @return a copy with the input
     */
    public Command input(Path file) {
        return reading(null, Given.value(file, "the file with a command's input"));
    }

    private Command reading(byte @Nullable [] bytes, @Nullable Path file) {
        return new Command(words, environment, workingFolder, bytes, file, timeout);
    }

    /**
     * Limits the time that the command may take. By default, there is no limit.
     *
     * @param limit the maximum time, more than zero, measured from the call of {@link NestedDocker#exec(Command)}
     * @return a copy with the limit
     * @throws IllegalArgumentException if the limit is zero or negative
     */
    public Command timeout(Duration limit) {
        Given.value(limit, "a command's time limit");
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("Tried to limit the time of a command to " + limit
                    + " but that leaves it no time; give a duration above zero, or leave out the limit.");
        }
        return new Command(words, environment, workingFolder, inputBytes, inputFile, limit);
    }

    List<String> programAndArguments() {
        return words;
    }

    /** Returns the variables as {@code NAME=value}. */
    List<String> variables() {
        return environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    /** Returns the working folder, or an empty string for the image's own. */
    String workingFolder() {
        return workingFolder;
    }

    boolean hasInput() {
        return inputBytes != null || inputFile != null;
    }

    InputStream openInput() throws IOException {
        return inputFile != null
                ? Files.newInputStream(inputFile)
                : new ByteArrayInputStream(inputBytes == null ? new byte[0] : inputBytes);
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }

    /** {@return whether the other object is a command with the same program, arguments and options} */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Command command
                && words.equals(command.words)
                && environment.equals(command.environment)
                && workingFolder.equals(command.workingFolder)
                && Arrays.equals(inputBytes, command.inputBytes)
                && Objects.equals(inputFile, command.inputFile)
                && Objects.equals(timeout, command.timeout);
    }

    /** {@return a hash code of the program, the arguments and the options} */
    @Override
    public int hashCode() {
        return Objects.hash(words, environment, workingFolder, Arrays.hashCode(inputBytes), inputFile, timeout);
    }

    /** {@return the program and its arguments, and the options without values of environment variables and without the input} */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "Command[", "]").add(String.join(" ", words));
        if (!environment.isEmpty()) {
            text.add("environment=" + environment.keySet());
        }
        if (!workingFolder.isEmpty()) {
            text.add("workingFolder=" + workingFolder);
        }
        if (hasInput()) {
            text.add(inputFile == null ? "input" : "input=" + inputFile);
        }
        if (timeout != null) {
            text.add("timeout=" + timeout);
        }
        return text.toString();
    }
}
