package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.Privilege;
import io.nesteddocker.testkit.NestedDockerCustomizer;
import io.nesteddocker.testkit.WithNestedDocker;
import java.net.URI;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;

/** Converts an annotation to the options of a daemon. */
final class SpecReader {

    private SpecReader() {}

    /** Reads an annotation; {@code place} names its element in error messages. */
    static NestedDockerSpec read(WithNestedDocker said, String place) {
        return read(said, said.image(), place);
    }

    /** Reads an annotation, but with another image. */
    static NestedDockerSpec read(WithNestedDocker said, String image, String place) {
        try {
            NestedDockerBuilder builder = NestedDocker.builder();
            readAttributes(said, image, builder);
            for (Class<? extends NestedDockerCustomizer> customizer : said.customizer()) {
                customize(builder, customizer, place);
            }
            return builder.spec();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new ExtensionConfigurationException(
                    "Tried to read @WithNestedDocker on " + place + " but its options can't be used: " + e.getMessage(),
                    e);
        }
    }

    private static void readAttributes(WithNestedDocker said, String image, NestedDockerBuilder builder) {
        if (!image.isEmpty()) {
            builder.image(image);
        }
        builder.images(said.images());
        if ((said.privilege() == Privilege.Kind.RUNTIME) == said.runtime().isEmpty()) {
            throw new IllegalArgumentException(
                    "Tried to combine privilege = " + said.privilege() + " with runtime = \"" + said.runtime()
                            + "\" but a runtime's name and privilege = RUNTIME go together; give both or none.");
        }
        switch (said.privilege()) {
            case PRIVILEGED -> builder.privileged();
            case LEAST -> builder.privilege(Privilege.leastPrivilege());
            case RUNTIME -> builder.privilege(Privilege.runtime(said.runtime()));
        }
        if (said.port() != -1) {
            builder.port(said.port());
        }
        builder.publishPorts(said.publishPorts());
        if (!said.reuse().isEmpty()) {
            builder.reuse(said.reuse());
        }
        for (String mirror : said.registryMirrors()) {
            builder.registryMirror(URI.create(mirror));
        }
        for (String registry : said.insecureRegistries()) {
            builder.insecureRegistry(registry);
        }
        builder.daemonArgs(said.daemonArgs());
        if (!said.memory().isEmpty()) {
            builder.memory(said.memory());
        }
    }

    private static void customize(
            NestedDockerBuilder builder, Class<? extends NestedDockerCustomizer> type, String place) {
        NestedDockerCustomizer customizer;
        try {
            customizer = ReflectionSupport.newInstance(type);
        } catch (Exception e) {
            // JUnit rethrows the exception of the constructor or of its lookup unchanged, even a checked one.
            throw new ExtensionConfigurationException(
                    "Tried to make the customizer " + type.getName() + " of @WithNestedDocker on " + place
                            + " but that failed: " + e
                            + ". Give it a constructor without parameters, and make it static if it is inside another class.",
                    e);
        }
        try {
            customizer.customize(builder);
        } catch (RuntimeException e) {
            throw new ExtensionConfigurationException(
                    "Tried to apply the customizer " + type.getName() + " of @WithNestedDocker on " + place
                            + " but it threw " + e + ". Fix its customize(NestedDockerBuilder).",
                    e);
        }
    }
}
