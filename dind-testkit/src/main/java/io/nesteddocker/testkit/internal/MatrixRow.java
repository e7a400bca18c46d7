package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testkit.WhenUnavailable;
import io.nesteddocker.testkit.WithNestedDocker;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/**
 * One invocation of a matrix.
 *
 * @param version the version that the matrix names
 * @param image the image of that version
 * @param whenUnavailable whether the invocation fails or is skipped if its daemon can't be started
 */
record MatrixRow(String version, String image, WhenUnavailable whenUnavailable)
        implements TestTemplateInvocationContext {

    @Override
    public String getDisplayName(int invocationIndex) {
        return "engine " + version + " (" + image + ")";
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(new Starter(this));
    }

    /** Starts the daemon of the invocation. */
    private record Starter(MatrixRow row) implements TestInstancePreConstructCallback, BeforeEachCallback {

        @Override
        public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
            return ExtensionContextScope.TEST_METHOD;
        }

        @Override
        public void preConstructTestInstance(TestInstanceFactoryContext factoryContext, ExtensionContext context) {
            start(context);
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            start(context);
        }

        private void start(ExtensionContext context) {
            // An instance for the whole class is created before the invocations, so there is no daemon to start.
            if (context.getTestMethod().isEmpty()) {
                return;
            }
            Daemon daemon = Stores.of(context).get(this, Daemon.class);
            if (daemon == null) {
                String place = Descriptions.of(context.getRequiredTestMethod());
                WithNestedDocker said = attributes(context);
                NestedDockerSpec spec = SpecReader.read(said, row.image, place);
                daemon = new Daemon(() -> row.start(spec, place));
                Stores.of(context).put(this, daemon);
                Reach.register(new RowDaemon(daemon, place, said.testcontainers()), context);
            }
            daemon.docker();
        }

        private static WithNestedDocker attributes(ExtensionContext context) {
            return Reach.unnamedAnnotation(context).orElse(Plain.class.getAnnotation(WithNestedDocker.class));
        }
    }

    private Running start(NestedDockerSpec spec, String place) {
        Running running = Start.of(
                spec,
                whenUnavailable,
                place + " on engine " + version,
                " If another image has that engine, name it in a line for " + version + " in " + EngineImages.FILE
                        + " on the class path.");
        String told = running.docker().engine().version();
        if (version.matches("[0-9.]+") && !told.matches("v?\\Q" + version + "\\E([^0-9].*)?")) {
            running.letGo().run();
            throw new IllegalStateException(
                    "Tried to run " + place + " on engine " + version + " but the image " + image + " holds engine "
                            + told + "; correct the line for " + version + " in " + EngineImages.FILE + ".");
        }
        return running;
    }

    private record RowDaemon(Daemon daemon, String place, boolean isForTestcontainers) implements DeclaredDaemon {

        @Override
        public String name() {
            return "";
        }

        @Override
        public Object owner() {
            return AnnotatedDaemons.class;
        }
    }

    /** Has an annotation whose attributes all have their default values. */
    @WithNestedDocker
    private static final class Plain {}
}
