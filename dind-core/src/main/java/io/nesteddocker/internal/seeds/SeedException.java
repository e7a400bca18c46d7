package io.nesteddocker.internal.seeds;

/** Thrown if a seed could not be filled, with a reason that can follow the word "but". */
final class SeedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeedException(String message) {
        super(message);
    }
}
