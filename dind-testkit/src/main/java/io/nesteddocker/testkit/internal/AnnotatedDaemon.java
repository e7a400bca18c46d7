package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testkit.Isolation;
import io.nesteddocker.testkit.WithNestedDocker;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * A daemon that an annotation declares.
 *
 * @param said the annotation
 * @param element the class or method that the annotation applies to
 * @param declaring the context of that class or method
 * @param current the context that asks for the daemon
 */
record AnnotatedDaemon(
        WithNestedDocker said, AnnotatedElement element, ExtensionContext declaring, ExtensionContext current)
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
        return Descriptions.of(element);
    }

    @Override
    public boolean isForTestsOnly() {
        return isolation() != Isolation.NONE && current.getTestMethod().isEmpty();
    }

    @Override
    public boolean isForTestcontainers() {
        return said.testcontainers();
    }

    @Override
    public Daemon daemon() {
        Object identity = said.shared() ? SharedKey.of(said) : new OwnKey(element, name());
        Store ofTheElement = Stores.of(said.shared() ? declaring.getRoot() : declaring);
        if (isolation() == Isolation.NONE) {
            return ofTheElement.getOrComputeIfAbsent(
                    identity,
                    key -> {
                        // This thread reads the annotation, because several daemons may start at the same time, each on
                        // a thread of its own.
                        NestedDockerSpec spec = SpecReader.read(said, place());
                        return new Daemon(() -> Start.of(spec, said.whenUnavailable(), place()));
                    },
                    Daemon.class);
        }
        PoolOfTests pool = ofTheElement.getOrComputeIfAbsent(
                new PoolKey(identity, isolation()),
                key -> PoolOfTests.of(SpecReader.read(said, place()), current.getExecutionMode(), place()),
                PoolOfTests.class);
        return Stores.of(current)
                .getOrComputeIfAbsent(
                        new LeaseKey(element, name()),
                        key -> new Daemon(() -> Start.of(
                                isolation() == Isolation.FRESH ? pool.pool()::leaseFresh : pool.pool()::lease,
                                pool.spec(),
                                said.whenUnavailable(),
                                place())),
                        Daemon.class);
    }

    /** Returns the effective isolation. A daemon of a method needs none, unless it is shared: each invocation has its own daemon. */
    private Isolation isolation() {
        if (!said.shared() && !(element instanceof Class<?>)) {
            return Isolation.NONE;
        }
        return said.isolation() == Isolation.AUTO ? said.shared() ? Isolation.RESET : Isolation.NONE : said.isolation();
    }

    private record OwnKey(AnnotatedElement element, String name) {}

    private record LeaseKey(AnnotatedElement element, String name) {}

    private record PoolKey(Object daemon, Isolation isolation) {}

    /** The attributes by which shared daemons differ. An empty image is the default image, which is the same for all classes. */
    private record SharedKey(List<Object> said) {

        static SharedKey of(WithNestedDocker said) {
            return new SharedKey(List.of(
                    said.image(),
                    Arrays.asList(said.images()),
                    said.privilege(),
                    said.runtime(),
                    said.port(),
                    said.publishPorts(),
                    Arrays.asList(said.registryMirrors()),
                    Arrays.asList(said.insecureRegistries()),
                    Arrays.asList(said.daemonArgs()),
                    said.memory(),
                    Arrays.asList(said.customizer())));
        }
    }
}
