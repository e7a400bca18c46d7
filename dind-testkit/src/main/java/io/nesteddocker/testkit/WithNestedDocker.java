package io.nesteddocker.testkit;

import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Privilege;
import io.nesteddocker.testkit.internal.AnnotatedDaemons;
import io.nesteddocker.testkit.internal.TestcontainersInside;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class or a test method a Docker daemon, which lives as long as that class or test.
 *
 * <p>If the annotation is on a class, all tests of the class and of its {@code @Nested} classes use one daemon. If it is on a method, the
 * daemon belongs to that test alone, and each invocation of a parameterized or repeated test has its own. With {@link #shared()}, the
 * daemon lives until the launch of JUnit is over. {@link #isolation()} sets how tests that use the same declared daemon are isolated from
 * each other.
 *
 * <p>Constructors, tests and lifecycle methods receive the daemon through parameters of these types: {@link io.nesteddocker.NestedDocker},
 * {@code DockerClient}, {@link io.nesteddocker.Endpoint}, {@link io.nesteddocker.EngineInfo}, {@link io.nesteddocker.Diagnostics}. The
 * testkit closes the daemon, so a test must not close it.
 *
 * <p>Subclasses inherit the annotation. If a subclass, a nested class or a method declares a daemon with the same {@link #name()}, that
 * daemon is used there instead. The annotation can also be placed on an annotation of your own.
 *
 * <p>For all options of the builder, with the daemon in a field, see {@link NestedDockerExtension}.
 */
@Documented
@SuppressWarnings("exports") // Only JUnit creates the extension; no other code needs access to it.
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(WithNestedDocker.List.class)
@ExtendWith({AnnotatedDaemons.class, TestcontainersInside.class})
public @interface WithNestedDocker {

    /**
     * The image of the daemon container, for example {@code docker:29-dind}.
     *
     * @return a reference, or the empty string for {@link io.nesteddocker.DaemonImage#defaultImage()}, which is the default
     */
    String image() default "";

    /**
     * The images that the daemon has when the test begins; see {@link io.nesteddocker.NestedDockerBuilder#images(String...)}.
     *
     * @return references such as {@code alpine:3.20}
     */
    String[] images() default {};

    /**
     * The privilege that the outer engine grants to the daemon container.
     *
     * @return least privilege by default; {@code RUNTIME} requires {@link #runtime()}
     */
    Privilege.Kind privilege() default Privilege.Kind.LEAST;

    /**
     * The runtime of the outer engine for the daemon container, for example {@code sysbox-runc}.
     *
     * @return a name, only together with {@code privilege = RUNTIME}
     */
    String runtime() default "";

    /**
     * The port of the loopback address on which the inner API answers with mutual TLS; see
     * {@link io.nesteddocker.NestedDockerBuilder#port(int)}.
     *
     * @return 1 to 65535, 0 for any free port, or -1 for no port, which is the default
     */
    int port() default -1;

    /**
     * Which ports of this machine lead to the ports that inner containers publish; see
     * {@link io.nesteddocker.NestedDockerBuilder#publishPorts(PortMapping)}. Tests that run at the same time can publish the same number
     * only with {@code RANDOM}.
     *
     * @return {@code NONE} by default
     */
    PortMapping publishPorts() default PortMapping.NONE;

    /**
     * The name under which the next run of the tests finds the daemon of this run; see
     * {@link io.nesteddocker.NestedDockerBuilder#reuse(String)}. On CI, this attribute has no effect.
     *
     * @return for example the name of the project, or the empty string for a daemon that ends with the tests, which is the default
     */
    String reuse() default "";

    /**
     * The registry mirrors through which the inner engine pulls images of Docker Hub.
     *
     * @return addresses such as {@code http://mirror.example:5000}
     */
    String[] registryMirrors() default {};

    /**
     * The registries that the inner engine talks to without verified TLS.
     *
     * @return names such as {@code registry.example:5000}
     */
    String[] insecureRegistries() default {};

    /**
     * Additional flags for {@code dockerd}.
     *
     * @return flags such as {@code --mtu=1400}, each with its value
     */
    String[] daemonArgs() default {};

    /**
     * The maximum memory of the daemon container, together with all inner containers.
     *
     * @return a size such as {@code 512m}, or the empty string for no limit, which is the default
     */
    String memory() default "";

    /**
     * The name that distinguishes this daemon from other daemons of the same test; parameters select it with {@link DaemonName}.
     *
     * @return a name; the default is the empty string, for the daemon that parameters without {@link DaemonName} receive
     */
    String name() default "";

    /**
     * Classes that set the remaining options.
     *
     * @return classes that the testkit calls in this order, after it has set all attributes
     */
    Class<? extends NestedDockerCustomizer>[] customizer() default {};

    /**
     * Whether the tests fail or are skipped if the daemon can't be started: there is no outer engine, the outer engine refuses the daemon
     * container, or the daemon does not come up.
     *
     * @return {@link WhenUnavailable#FAIL} by default
     */
    WhenUnavailable whenUnavailable() default WhenUnavailable.FAIL;

    /**
     * Whether the daemon lives until the launch is over. All classes that declare a shared daemon with the same options use the same
     * daemon, whatever {@link #name()} they give it.
     *
     * @return {@code false} by default
     */
    boolean shared() default false;

    /**
     * How the tests that use this daemon are isolated from each other. On a method, each invocation has its own daemon anyway, unless the
     * daemon is shared.
     *
     * <p>With {@code FRESH} and {@code RESET}, a daemon belongs to one test at a time, so {@code @BeforeAll}, {@code @AfterAll} and the
     * constructor of a {@code PER_CLASS} instance can't use it.
     *
     * @return {@link Isolation#AUTO} by default
     */
    Isolation isolation() default Isolation.AUTO;

    /**
     * Whether Testcontainers uses this daemon instead of the outer engine, in the tests that have this daemon; see
     * {@link io.nesteddocker.testkit.testcontainers.NestedTestcontainers} for the effects.
     *
     * <p>This applies to constructors, tests and lifecycle methods, and to extensions that JUnit calls after this one, such as the
     * extension of Testcontainers; so place this annotation above the annotation of Testcontainers. At most one daemon of a test can have
     * {@code testcontainers = true}. If each test has a daemon to itself, containers can't be started for the whole class.
     *
     * @return {@code false} by default
     */
    boolean testcontainers() default false;

    /** Holds the annotations of an element that declares several daemons; the compiler adds it. */
    @Documented
    @SuppressWarnings("exports")
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @ExtendWith({AnnotatedDaemons.class, TestcontainersInside.class})
    @interface List {

        /**
         * The annotations.
         *
         * @return one or more annotations with different names
         */
        WithNestedDocker[] value();
    }
}
