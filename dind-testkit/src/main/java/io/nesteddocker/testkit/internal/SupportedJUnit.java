package io.nesteddocker.testkit.internal;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Checks that JUnit is new enough for the kit, because the tests run with the JUnit that the user has chosen. */
final class SupportedJUnit {

    private static final String OLDEST = "5.12";

    /** Whether JUnit has the newest of the methods that the kit calls; JUnit Jupiter has it since 5.12. */
    private static final boolean IS_HERE = Arrays.stream(ExtensionContext.class.getMethods())
            .anyMatch(method -> method.getName().equals("publishDirectory"));

    private SupportedJUnit() {}

    /** Throws an exception if JUnit is older than {@link #OLDEST}. */
    static void require(ExtensionContext context) {
        if (!IS_HERE) {
            throw new ExtensionConfigurationException("Tried to give a nested daemon to " + Descriptions.of(context)
                    + " but JUnit Jupiter " + version() + " is in use, and dind-testkit needs " + OLDEST
                    + " or later; raise the version of org.junit.jupiter:junit-jupiter, or of org.junit:junit-bom, to "
                    + OLDEST + " or later.");
        }
    }

    /** Returns the version of JUnit from the jar's manifest. A named module has the version in its descriptor only. */
    private static String version() {
        Module module = ExtensionContext.class.getModule();
        String version = module.isNamed()
                ? module.getDescriptor().rawVersion().orElse(null)
                : ExtensionContext.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "of an unknown version");
    }
}
