package io.nesteddocker;

import io.nesteddocker.internal.Given;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The image that the daemon container is created from.
 *
 * <p>Any image with {@code dockerd}, {@code containerd}, {@code runc} and a POSIX shell on its {@code PATH} works, because the library
 * brings its own start script. The entrypoint that the image declares is not used.
 *
 * <p>Immutable and thread-safe.
 */
public final class DaemonImage {

    /** The system property that replaces the default image: {@value}. */
    public static final String IMAGE_PROPERTY = "nesteddocker.image";

    /** The environment variable that replaces the default image if the system property is not set: {@value}. */
    public static final String IMAGE_VARIABLE = "NESTED_DOCKER_IMAGE";

    private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9-]{1,30}");

    private final String reference;
    private final String buildSuite;

    private DaemonImage(String reference, String buildSuite) {
        this.reference = reference;
        this.buildSuite = buildSuite;
    }

    /**
     * Returns an image that the outer engine has or can pull.
     *
     * @param reference an image reference such as {@code docker:29-dind}, with or without a digest
     * @return the image
     * @throws IllegalArgumentException if the reference is blank or has white space in it
     */
    public static DaemonImage of(String reference) {
        Given.value(reference, "the reference of the daemon image");
        if (reference.isBlank() || reference.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("Tried to use the daemon image \"" + reference
                    + "\" but that is not an image reference; give one such as docker:29-dind.");
        }
        return new DaemonImage(reference, "");
    }

    /**
     * Returns the image with Debian's own Docker packages. If the outer engine lacks the image, it builds the image once.
     *
     * <p>The build starts from the local image {@code nested-docker-base:SUITE} if the outer engine has it, and from
     * {@code debian:SUITE-slim} otherwise. The build takes a minute or two.
     *
     * @param suite a Debian suite: {@code bookworm} (engine 20.10), {@code trixie} (26.1), {@code sid} (newest)
     * @return the image
     * @throws IllegalArgumentException if that is not a suite's name
     */
    public static DaemonImage debian(String suite) {
        checkSuite(Given.value(suite, "the Debian suite"));
        return new DaemonImage("nested-docker:" + suite, suite);
    }

    /**
     * Returns the image that a daemon has if none is set: the image that the system property {@value #IMAGE_PROPERTY} names, else the image
     * that the environment variable {@value #IMAGE_VARIABLE} names, else the official image in a pinned version.
     *
     * @return the default image
     */
    public static DaemonImage defaultImage() {
        String property = System.getProperty(IMAGE_PROPERTY, "");
        if (!property.isBlank()) {
            return of(property);
        }
        String variable = Objects.requireNonNullElse(System.getenv(IMAGE_VARIABLE), "");
        return of(variable.isBlank() ? pinned() : variable);
    }

    /**
     * Returns the image's name as the outer engine knows it.
     *
     * @return for example {@code docker:29-dind}
     */
    public String reference() {
        return reference;
    }

    /**
     * Returns the Debian suite to build the image from if the outer engine lacks the image.
     *
     * @return the suite, or the empty string if the outer engine pulls the image instead
     */
    public String buildSuite() {
        return buildSuite;
    }

    private static void checkSuite(String suite) {
        if (!SUITE.matcher(suite).matches()) {
            throw new IllegalArgumentException("Tried to use the Debian suite \"" + suite
                    + "\" but suites are lower-case words; give one such as bookworm, trixie or sid.");
        }
    }

    private static String pinned() {
        try (InputStream file = DaemonImage.class.getResourceAsStream("default-image.properties")) {
            Properties properties = new Properties();
            properties.load(Objects.requireNonNull(file, "default-image.properties"));
            return properties.getProperty("image");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DaemonImage image
                && reference.equals(image.reference)
                && buildSuite.equals(image.buildSuite);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reference, buildSuite);
    }

    /**
     * Returns the reference.
     *
     * @return the image's name
     */
    @Override
    public String toString() {
        return reference;
    }
}
