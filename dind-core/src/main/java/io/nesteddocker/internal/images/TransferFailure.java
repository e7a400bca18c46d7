package io.nesteddocker.internal.images;

import org.jspecify.annotations.Nullable;

/** Collects the failures of work that goes on after a failure: the first one is thrown, with the others suppressed in it. */
public final class TransferFailure {

    private @Nullable RuntimeException first;

    /** Adds a failure, unless it is null. */
    public void add(@Nullable RuntimeException failure) {
        if (first == null) {
            first = failure;
        } else if (failure != null) {
            first.addSuppressed(failure);
        }
    }

    /** Suppresses the collected failures in an exception that ends the transfer. */
    public void suppressIn(Exception end) {
        if (first != null) {
            end.addSuppressed(first);
        }
    }

    /** Throws the first failure, if there was one. */
    public void throwIfAny() {
        if (first != null) {
            throw first;
        }
    }
}
