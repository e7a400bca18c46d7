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
 * A Docker daemon in a field of a test class, with all that the builder can say.
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
 * <p>In a static field the daemon lives as long as the class, in an instance field as long as the test. Parameters get it as they do with
 * {@link WithNestedDocker}. Where classes that inherit one static field run at the same time, they use one daemon.
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
     * Declares a daemon. Nothing starts before the first test that has it.
     *
     * @param builder what to start; clashing options are found at the start
     * @return an extension for a field with {@code @RegisterExtension}
     */
    public static NestedDockerExtension of(NestedDockerBuilder builder) {
        return new NestedDockerExtension(Objects.requireNonNull(builder, "builder"), "", WhenUnavailable.FAIL);
    }

    /**
     * Names the daemon, for tests with several; parameters ask for it with {@link DaemonName}.
     *
     * @param daemonName the name
     * @return another extension
     */
    public NestedDockerExtension named(String daemonName) {
        return new NestedDockerExtension(builder, Objects.requireNonNull(daemonName, "daemonName"), whenUnavailable);
    }

    /**
     * Says what becomes of the tests where the daemon can't be had. The default is {@link WhenUnavailable#FAIL}.
     *
     * @param verdict to fail or to skip
     * @return another extension
     */
    public NestedDockerExtension whenUnavailable(WhenUnavailable verdict) {
        return new NestedDockerExtension(builder, name, Objects.requireNonNull(verdict, "verdict"));
    }

    /**
     * The daemon.
     *
     * @return the running daemon; the extension closes it
     * @throws IllegalStateException if no test that has it is running
     */
    public NestedDocker docker() {
        return daemon.docker();
    }

    /**
     * The docker-java client of the inner engine.
     *
     * @return the inner client, closed with the daemon
     * @throws IllegalStateException if no test that has it is running
     */
    public DockerClient client() {
        return docker().client();
    }

    /**
     * Where the inner API answers, for other programs.
     *
     * @return the endpoint
     * @throws IllegalStateException if no test that has it is running
     */
    public Endpoint endpoint() {
        return docker().endpoint();
    }

    /**
     * The value for {@code DOCKER_HOST} of other programs.
     *
     * @return {@code unix:///...} or {@code tcp://...}
     * @throws IllegalStateException if no test that has it is running
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
