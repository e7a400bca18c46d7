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

    // Only for those who use the assertions.
    requires static transitive org.assertj.core;

    // Only for those who run Testcontainers inside; its jar has no module name, so this is made from the file's.
    requires static transitive testcontainers;

    // Whoever runs tests has it; an IDE may bring its own.
    requires static org.junit.platform.launcher;

    exports io.nesteddocker.testkit;
    exports io.nesteddocker.testkit.assertj;
    exports io.nesteddocker.testkit.testcontainers;

    // JUnit makes the extensions that the annotations name.
    opens io.nesteddocker.testkit.internal to
            org.junit.platform.commons;

    provides org.junit.platform.launcher.TestExecutionListener with
            io.nesteddocker.testkit.internal.UndeclaredDaemon;
}
