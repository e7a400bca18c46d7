package io.nesteddocker.internal.seeds;

/** Why a seed could not be filled, in words that fit behind "but". */
final class SeedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeedException(String message) {
        super(message);
    }
}
