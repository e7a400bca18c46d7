package io.nesteddocker.testkit;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testkit.internal.FieldDaemon;
import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * A Docker daemon in a field of a test class, with all options of the builder.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final NestedDockerExtension DAEMON = NestedDockerExtension.of(NestedDocker.builder().port(0));
 *
 * @DynamicPropertySource
 * static void properties(DynamicPropertyRegistry registry) {
 *     registry.add("docker.host", DAEMON::dockerHost);
 * }
 * }</pre>
 *
 * <p>The daemon of a static field lives as long as the class, the daemon of an instance field as long as the test. Parameters receive the
 * daemon in the same way as with {@link WithNestedDocker}. Classes that inherit the same static field and run at the same time use the same
 * daemon.
 *
 * <p>Thread-safe.
 */
public final class NestedDockerExtension
        implements BeforeAllCallback,
                BeforeEachCallback,
                TestInstancePreConstructCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private final NestedDockerBuilder builder;
    private final String name;
    private final WhenUnavailable whenUnavailable;
    private final FieldDaemon daemon;

    private NestedDockerExtension(NestedDockerBuilder builder, String name, WhenUnavailable whenUnavailable) {
        this.builder = builder;
        this.name = name;
        this.whenUnavailable = whenUnavailable;
        daemon = new FieldDaemon(builder::spec, name, whenUnavailable);
    }

    /**
     * Declares a daemon. It starts only when a class or a test that has the field begins.
     *
     * @param builder the options of the daemon; options that clash are reported when the daemon starts
     * @return an extension for a field with {@code @RegisterExtension}
     */
    public static NestedDockerExtension of(NestedDockerBuilder builder) {
        return new NestedDockerExtension(Objects.requireNonNull(builder, "builder"), "", WhenUnavailable.FAIL);
    }

    /**
     * Returns an extension whose daemon has a name, for tests with several daemons. Parameters select the daemon with {@link DaemonName}.
     *
     * @param daemonName the name
     * @return a new extension; this one does not change
     */
    public NestedDockerExtension named(String daemonName) {
        return new NestedDockerExtension(builder, Objects.requireNonNull(daemonName, "daemonName"), whenUnavailable);
    }

    /**
     * Returns an extension whose tests fail or are skipped if the daemon can't be started. The default is {@link WhenUnavailable#FAIL}.
     *
     * @param verdict whether the tests fail or are skipped
     * @return a new extension; this one does not change
     */
    public NestedDockerExtension whenUnavailable(WhenUnavailable verdict) {
        return new NestedDockerExtension(builder, name, Objects.requireNonNull(verdict, "verdict"));
    }

    /**
     * Returns the daemon.
     *
     * @return the running daemon; the extension closes it
     * @throws IllegalStateException if no class or test that has this extension is running
     */
    public NestedDocker docker() {
        return daemon.docker();
    }

    /**
     * Returns the docker-java client of the inner engine.
     *
     * @return the inner client, which is closed together with the daemon
     * @throws IllegalStateException if no class or test that has this extension is running
     */
    public DockerClient client() {
        return docker().client();
    }

    /**
     * Returns the endpoint of the inner API, for other programs.
     *
     * @return the endpoint
     * @throws IllegalStateException if no class or test that has this extension is running
     */
    public Endpoint endpoint() {
        return docker().endpoint();
    }

    /**
     * Returns the value of {@code DOCKER_HOST} for other programs.
     *
     * @return {@code unix:///...} or {@code tcp://...}
     * @throws IllegalStateException if no class or test that has this extension is running
     */
    public URI dockerHost() {
        return endpoint().dockerHost();
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factoryContext, ExtensionContext context) {
        daemon.use(context);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        daemon.use(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        daemon.use(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return daemon.supports(parameter, context);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return daemon.resolve(parameter, context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw daemon.reported(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw daemon.reported(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw daemon.reported(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw daemon.reported(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw daemon.reported(context, failure);
    }
}
