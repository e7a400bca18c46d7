package io.nesteddocker.testing;

import org.assertj.core.api.Assertions;

/** Asserts that an error message has four parts in this order: what was tried, on what, why it failed, what to do. */
public final class ErrorSentence {

    private final String message;
    private int position;

    private ErrorSentence(String message) {
        this.message = message;
    }

    /** Begins assertions about the message of a failure. */
    public static ErrorSentence of(Throwable failure) {
        Assertions.assertThat(failure)
                .as("the failure")
                .isNotNull()
                .message()
                .startsWith("Tried to ")
                .endsWith(".")
                .doesNotContain("\n")
                .doesNotContain("null");
        return new ErrorSentence(failure.getMessage());
    }

    /** Asserts what was tried. */
    public ErrorSentence tried(String words) {
        return next("what was tried", words);
    }

    /** Asserts the object of the attempt. */
    public ErrorSentence on(String words) {
        return next("on what", words);
    }

    /** Asserts why it failed. */
    public ErrorSentence because(String words) {
        return next("why it failed", words);
    }

    /** Asserts what to do. */
    public ErrorSentence cure(String words) {
        return next("what to do", words);
    }

    private ErrorSentence next(String part, String words) {
        // Every message contains an empty text, so it would assert nothing.
        Assertions.assertThat(words).as("the words that tell %s", part).isNotBlank();
        int found = message.indexOf(words, position);
        Assertions.assertThat(found)
                .as("the place of \"%s\" (%s) in what follows the parts before it in: %s", words, part, message)
                .isNotNegative();
        position = found + words.length();
        return this;
    }
}
