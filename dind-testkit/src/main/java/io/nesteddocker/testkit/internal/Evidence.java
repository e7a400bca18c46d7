package io.nesteddocker.testkit.internal;

import java.nio.file.Path;

/**
 * Tells, below the stack trace of a failed test, where the files about the test's daemon are.
 *
 * <p>Surefire, Gradle and IDEs print the suppressed exceptions of a failure, but neither JUnit's report entries nor its published files.
 */
final class Evidence extends Exception {

    private static final long serialVersionUID = 1L;

    Evidence(String daemon, Path folder) {
        super(
                "The log, containers, events and state of nested daemon " + daemon + " when the test failed are in "
                        + folder,
                null,
                false,
                false);
    }
}
