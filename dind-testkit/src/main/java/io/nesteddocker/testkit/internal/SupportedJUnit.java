package io.nesteddocker.testkit.internal;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Checks that JUnit is new enough for the kit, because the user's own JUnit is what runs. */
final class SupportedJUnit {

    private static final String OLDEST = "5.12";

    /** The newest of the methods that the kit calls, which JUnit Jupiter has since 5.12. */
    private static final boolean IS_HERE = Arrays.stream(ExtensionContext.class.getMethods())
            .anyMatch(method -> method.getName().equals("publishDirectory"));

    private SupportedJUnit() {}

    /** Throws if JUnit is older than that. */
    static void require(ExtensionContext context) {
        if (!IS_HERE) {
            throw new ExtensionConfigurationException("Tried to give a nested daemon to " + Words.of(context)
                    + " but JUnit Jupiter " + version() + " is in use, and dind-testkit needs " + OLDEST
                    + " or later; raise the version of org.junit.jupiter:junit-jupiter, or of org.junit:junit-bom, to "
                    + OLDEST + " or later.");
        }
    }

    /** The version in the jar's manifest; a named module has it in its descriptor only. */
    private static String version() {
        Module module = ExtensionContext.class.getModule();
        String version = module.isNamed()
                ? module.getDescriptor().rawVersion().orElse(null)
                : ExtensionContext.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "of an unknown version");
    }
}
