package io.nesteddocker.testkit;

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
 * Gives a test class or a test method a Docker daemon, which lives as long as what it is written on.
 *
 * <p>On a class, all its tests use one daemon, those of its {@code @Nested} classes too. On a method, the daemon is that test's own, and
 * each invocation of a parameterized or repeated test has its own. With {@link #shared()} it lives until the launch is over.
 * {@link #isolation()} says what tests that use one declared daemon see of each other.
 *
 * <p>Constructors, tests and lifecycle methods get it as parameters of these types: {@link io.nesteddocker.NestedDocker},
 * {@code DockerClient}, {@link io.nesteddocker.Endpoint}, {@link io.nesteddocker.EngineInfo}, {@link io.nesteddocker.Diagnostics}. None
 * of them is to be closed by the test.
 *
 * <p>A subclass inherits it. Where a subclass, a nested class or a method declares a daemon of the same {@link #name()}, that one is
 * meant from there on. It can be written on an annotation of one's own.
 *
 * <p>For all that the builder can say, also as a field, see {@link NestedDockerExtension}.
 */
@Documented
@SuppressWarnings("exports") // JUnit makes the extension, nobody else needs to see it.
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(WithNestedDocker.List.class)
@ExtendWith({AnnotatedDaemons.class, TestcontainersInside.class})
public @interface WithNestedDocker {

    /**
     * The image of the daemon container, such as {@code docker:29-dind}.
     *
     * @return a reference, or the empty string for {@link io.nesteddocker.DaemonImage#defaultImage()}, the default
     */
    String image() default "";

    /**
     * Images that are inside when the test begins; see {@link io.nesteddocker.NestedDockerBuilder#images(String...)}.
     *
     * @return references such as {@code alpine:3.20}
     */
    String[] images() default {};

    /**
     * What the outer engine lets the daemon container do.
     *
     * @return least privilege is the default; {@code RUNTIME} goes with {@link #runtime()}
     */
    Privilege.Kind privilege() default Privilege.Kind.LEAST;

    /**
     * The outer engine's runtime for the daemon container, such as {@code sysbox-runc}.
     *
     * @return a name, with {@code privilege = RUNTIME} only
     */
    String runtime() default "";

    /**
     * A port of the loopback address where the inner API answers with mutual TLS; see
     * {@link io.nesteddocker.NestedDockerBuilder#port(int)}.
     *
     * @return 1 to 65535, 0 for any free one, or -1 for no port, the default
     */
    int port() default -1;

    /**
     * Registry mirrors that the inner engine pulls through.
     *
     * @return addresses such as {@code http://mirror.example:5000}
     */
    String[] registryMirrors() default {};

    /**
     * Registries that the inner engine talks to without verified TLS.
     *
     * @return names such as {@code registry.example:5000}
     */
    String[] insecureRegistries() default {};

    /**
     * Flags for {@code dockerd}.
     *
     * @return flags such as {@code --mtu=1400}, each with its value
     */
    String[] daemonArgs() default {};

    /**
     * The most memory that the daemon container with all inner containers may use.
     *
     * @return a size such as {@code 512m}, or the empty string for no limit, the default
     */
    String memory() default "";

    /**
     * The name that tells this daemon from others of the same test; parameters ask for it with {@link DaemonName}.
     *
     * @return a name, or the empty string, the default, for the daemon that parameters without {@link DaemonName} mean
     */
    String name() default "";

    /**
     * Classes that set the remaining options.
     *
     * @return classes that the kit calls in this order, after it has set all attributes
     */
    Class<? extends NestedDockerCustomizer>[] customizer() default {};

    /**
     * What becomes of the tests where the daemon can't be had: there is no outer engine, or it refuses.
     *
     * @return to fail is the default
     */
    WhenUnavailable whenUnavailable() default WhenUnavailable.FAIL;

    /**
     * Whether the daemon lives until the launch is over. All classes that say the same about it use it; names don't matter for that.
     *
     * @return false is the default
     */
    boolean shared() default false;

    /**
     * What tests see of each other. On a method every invocation has its own daemon anyway.
     *
     * <p>With {@code FRESH} and {@code RESET} the daemon is the test's: {@code @BeforeAll}, {@code @AfterAll} and the constructor of a
     * {@code PER_CLASS} instance can't have it.
     *
     * @return {@link Isolation#AUTO} is the default
     */
    Isolation isolation() default Isolation.AUTO;

    /**
     * Whether Testcontainers uses this daemon in the tests that have it, instead of the outer engine; see
     * {@link io.nesteddocker.testkit.testcontainers.NestedTestcontainers} for what that means.
     *
     * <p>It holds for constructors, tests and lifecycle methods, and for extensions that come after this one, such as Testcontainers' own;
     * so write this annotation above theirs. One daemon of a test at most can say it. Where each test has a daemon to itself, containers
     * can't be started for the class.
     *
     * @return false is the default
     */
    boolean testcontainers() default false;

    /** Several daemons on one element; the compiler writes this. */
    @Documented
    @SuppressWarnings("exports")
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @ExtendWith({AnnotatedDaemons.class, TestcontainersInside.class})
    @interface List {

        /**
         * The daemons.
         *
         * @return one or more, with names that differ
         */
        WithNestedDocker[] value();
    }
}
