package io.nesteddocker.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks arguments of public methods. */
public final class Given {

    /** What engines accept; other characters would change the path of a request. */
    private static final Pattern CONTAINER_NAME = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private static final Pattern VARIABLE_NAME = Pattern.compile("[^=\\s\\x00]+");

    private Given() {}

    /**
     * Returns the value, or throws a {@link NullPointerException} that says what is missing.
     *
     * @param what the option's meaning, for the middle of a sentence
     */
    public static <T> T value(@Nullable T value, String what) {
        if (value == null) {
            throw new NullPointerException(
                    "Tried to pass null as " + what + " but a value is required; give one, or leave out the call.");
        }
        return value;
    }

    /** Returns the name of an inner container, or throws an exception that says what is missing. */
    public static String container(@Nullable String nameOrId) {
        String container = value(nameOrId, "the name of an inner container");
        if (container.isBlank()) {
            throw new IllegalArgumentException("Tried to find the inner container \"" + container
                    + "\" but that is blank; pass the container's name or ID.");
        }
        if (!CONTAINER_NAME.matcher(container).matches()) {
            throw new IllegalArgumentException("Tried to find the inner container \"" + container
                    + "\" but a name has only letters, digits, '_', '.' and '-', and begins with a letter or digit;"
                    + " pass the container's name or ID.");
        }
        return container;
    }

    /** Returns the values, or throws a {@link NullPointerException} if they or one of them is null. */
    public static <T> T[] each(T @Nullable [] values, String what) {
        T[] given = value(values, what);
        each(Arrays.asList(given), what);
        return given;
    }

    /** Returns the values, or throws a {@link NullPointerException} if they or one of them is null. */
    public static <T> Collection<T> each(@Nullable Collection<T> values, String what) {
        Collection<T> given = value(values, what);
        for (T one : given) {
            value(one, what);
        }
        return given;
    }

    /** Throws an {@link IllegalArgumentException} unless a program can have such a variable; the message never contains the value. */
    public static void variable(String name, String value) {
        value(name, "an environment variable's name");
        value(value, "the value of the environment variable " + name);
        if (!VARIABLE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Tried to set the environment variable \"" + name
                    + "\" but that is not a variable's name; leave out \"=\" and white space.");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "Tried to set the environment variable \"" + name
                            + "\" but its value has a NUL in it, which every program takes for the end of the value; leave out the NUL.");
        }
    }
}
