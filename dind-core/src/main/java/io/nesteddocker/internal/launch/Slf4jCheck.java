package io.nesteddocker.internal.launch;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Warns a user whose SLF4J provider receives no log of the library, because slf4j-api is older than the provider.
 *
 * <p>The warning goes to the JDK's own logger, because SLF4J does not work then.
 *
 * @see <a href="https://www.slf4j.org/faq.html#changesInVersion200">SLF4J: an API of version 1.7 does not see a provider for 2.0</a>
 */
final class Slf4jCheck {

    private static final String PROVIDER_FILE = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";
    private static final AtomicBoolean CHECKED = new AtomicBoolean();

    private Slf4jCheck() {}

    /** Warns once in each JVM. */
    static void warnOnce() {
        if (CHECKED.getAndSet(true)) {
            return;
        }
        String version =
                Objects.requireNonNullElse(LoggerFactory.class.getPackage().getImplementationVersion(), "");
        boolean silent = version.startsWith("1.") && LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory;
        if (silent && Slf4jCheck.class.getClassLoader().getResource(PROVIDER_FILE) != null) {
            System.getLogger("io.nesteddocker")
                    .log(
                            System.Logger.Level.WARNING,
                            "Tried to log through the SLF4J 2 provider on the class path but slf4j-api " + version
                                    + ", which comes first there, does not see it, so this library logs nothing;"
                                    + " declare org.slf4j:slf4j-api 2.0 or later in your build.");
        }
    }
}
