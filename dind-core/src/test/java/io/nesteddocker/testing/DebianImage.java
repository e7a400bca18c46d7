package io.nesteddocker.testing;

/** The daemon image on Debian, with the classic store, coreutils, bash and Perl; {@code ./dev test} makes it. */
public final class DebianImage {

    /** Its name on the outer engine. */
    public static final String NAME = "nested-docker:trixie";

    private DebianImage() {}
}
