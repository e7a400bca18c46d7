/**
 * JUnit extensions that give tests a Docker daemon of their own.
 *
 * <p>Most tests need {@link io.nesteddocker.testkit.WithNestedDocker} only.
 */
module io.nesteddocker.testkit {
    requires transitive io.nesteddocker;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;
    requires org.slf4j;

    // Needed only by tests that use the assertions.
    requires static transitive org.assertj.core;

    // Needed only by tests that use Testcontainers. Its jar declares no module name, so Java derives this one from the
    // name of the file.
    requires static transitive testcontainers;

    // Every program that runs tests has the launcher; an IDE may bring its own.
    requires static org.junit.platform.launcher;

    exports io.nesteddocker.testkit;
    exports io.nesteddocker.testkit.assertj;
    exports io.nesteddocker.testkit.testcontainers;

    // JUnit creates the extensions that the annotations name.
    opens io.nesteddocker.testkit.internal to
            org.junit.platform.commons;

    provides org.junit.platform.launcher.TestExecutionListener with
            io.nesteddocker.testkit.internal.UndeclaredDaemon;
}
