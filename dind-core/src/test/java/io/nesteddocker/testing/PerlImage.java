package io.nesteddocker.testing;

/** The image for services inside that busybox can't give; {@code ./dev test} makes it, and Debian's essential packages have Perl. */
public final class PerlImage {

    /** Its name on the outer engine. */
    public static final String NAME = "nested-docker:trixie";

    private PerlImage() {}
}
