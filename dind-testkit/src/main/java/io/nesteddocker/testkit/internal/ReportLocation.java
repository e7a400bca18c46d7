package io.nesteddocker.testkit.internal;

import java.nio.file.Path;

/**
 * Names the folder with the files about a test's daemon. It is a suppressed exception, so that the name appears below the stack trace of
 * the failed test.
 *
 * <p>Surefire, Gradle and IDEs print the suppressed exceptions of a failure, but neither JUnit's report entries nor its published files.
 */
final class ReportLocation extends Exception {

    private static final long serialVersionUID = 1L;

    ReportLocation(String daemon, Path folder) {
        super(
                "The log, containers, events and state of nested daemon " + daemon + " when the test failed are in "
                        + folder,
                null,
                false,
                false);
    }
}
