package io.nesteddocker.testing;

/** The daemon image from Debian, with the classic store, coreutils, bash and Perl; {@code ./dev test} builds it. */
public final class DebianImage {

    /** The name of the image on the outer engine. */
    public static final String NAME = "nested-docker:trixie";

    private DebianImage() {}
}
