package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testkit.WithNestedDocker;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A daemon that an annotation declares.
 *
 * @param said the annotation
 * @param element the class or method that it holds for
 * @param context the context of that class or method, whose end is the daemon's
 */
record AnnotatedDaemon(WithNestedDocker said, AnnotatedElement element, ExtensionContext context)
        implements DeclaredDaemon {

    @Override
    public String name() {
        return said.name();
    }

    @Override
    public Object owner() {
        return AnnotatedDaemons.class;
    }

    @Override
    public String place() {
        return Words.of(element);
    }

    @Override
    public Daemon daemon() {
        NestedDockerSpec spec = SpecReader.read(said, place());
        return said.shared()
                ? Stores.of(context.getRoot())
                        .getOrComputeIfAbsent(SharedKey.of(said), key -> start(spec), Daemon.class)
                : Stores.of(context)
                        .getOrComputeIfAbsent(new OwnKey(element, name()), key -> start(spec), Daemon.class);
    }

    private Daemon start(NestedDockerSpec spec) {
        return new Daemon(() -> Start.of(spec, said.whenUnavailable()));
    }

    private record OwnKey(AnnotatedElement element, String name) {}

    /** Everything that makes two shared daemons different; an image that isn't said is the same everywhere. */
    private record SharedKey(List<Object> said) {

        static SharedKey of(WithNestedDocker said) {
            return new SharedKey(List.of(
                    said.image(),
                    said.privilege(),
                    said.runtime(),
                    said.port(),
                    Arrays.asList(said.registryMirrors()),
                    Arrays.asList(said.insecureRegistries()),
                    Arrays.asList(said.daemonArgs()),
                    said.memory(),
                    Arrays.asList(said.customizer())));
        }
    }
}
