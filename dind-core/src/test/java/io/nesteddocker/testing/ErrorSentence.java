package io.nesteddocker.testing;

import org.assertj.core.api.Assertions;

/** Asserts that an error is one sentence of four parts, in their order: what was tried, on what, why it failed, what to do. */
public final class ErrorSentence {

    private final String message;
    private int position;

    private ErrorSentence(String message) {
        this.message = message;
    }

    /** Begins to assert what a failure says. */
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

    /** What was tried. */
    public ErrorSentence tried(String words) {
        return next("what was tried", words);
    }

    /** On what it was tried. */
    public ErrorSentence on(String words) {
        return next("on what", words);
    }

    /** Why it failed. */
    public ErrorSentence because(String words) {
        return next("why it failed", words);
    }

    /** What to do. */
    public ErrorSentence cure(String words) {
        return next("what to do", words);
    }

    private ErrorSentence next(String part, String words) {
        // Every message contains the empty text, so a test that asks for it asserts nothing.
        Assertions.assertThat(words).as("the words that tell %s", part).isNotBlank();
        int found = message.indexOf(words, position);
        Assertions.assertThat(found)
                .as("the place of \"%s\" (%s) in what follows the parts before it in: %s", words, part, message)
                .isNotNegative();
        position = found + words.length();
        return this;
    }
}
