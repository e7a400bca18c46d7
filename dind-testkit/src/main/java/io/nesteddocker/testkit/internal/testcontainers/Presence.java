package io.nesteddocker.testkit.internal.testcontainers;

/** Checks whether Testcontainers is on the class path; the other classes of the package can't be used without it. */
public final class Presence {

    private Presence() {}

    /**
     * Throws an exception if Testcontainers is missing.
     *
     * @param action what Testcontainers is needed for, as words that can follow "tried to"
     * @throws IllegalStateException if Testcontainers is missing
     */
    public static void require(String action) {
        try {
            Class.forName("org.testcontainers.DockerClientFactory", false, Presence.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "Tried to " + action + " but Testcontainers is not on the class path; add the dependency"
                            + " org.testcontainers:testcontainers, 1.21.4 or 2.0.5.",
                    e);
        }
    }
}
