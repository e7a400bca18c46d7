package io.nesteddocker.testkit.internal.testcontainers;

/** Whether there is a Testcontainers at all; the other classes of the package can't be used without it. */
public final class Presence {

    private Presence() {}

    /**
     * Fails where there is none.
     *
     * @param action what it is needed for, as the word after "tried to"
     * @throws IllegalStateException if there is none
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
