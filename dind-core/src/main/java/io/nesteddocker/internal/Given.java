package io.nesteddocker.internal;

import org.jspecify.annotations.Nullable;

/** Checks arguments of public methods. */
public final class Given {

    private Given() {}

    /**
     * Returns the value, or throws a {@link NullPointerException} that says what is missing.
     *
     * @param what the option's meaning, for the middle of a sentence
     */
    public static <T> T value(@Nullable T value, String what) {
        if (value == null) {
            throw new NullPointerException(
                    "Tried to set " + what + " but null was given; give a value, or leave the option out.");
        }
        return value;
    }
}
