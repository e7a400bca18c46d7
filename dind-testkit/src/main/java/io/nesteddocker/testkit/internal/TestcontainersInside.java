package io.nesteddocker.testkit.internal;

import io.nesteddocker.testkit.internal.testcontainers.Presence;
import io.nesteddocker.testkit.internal.testcontainers.Routing;
import io.nesteddocker.testkit.internal.testcontainers.Scope;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Makes Testcontainers use the daemon of a test. This extension has no fields; its state is in JUnit's stores.
 *
 * <p>A thread uses the daemon while it runs a constructor or a method of the test class. For the sake of other extensions, the thread of a
 * test also uses the daemon from the beginning to the end of the test, and the thread of a class from the beginning to the end of the
 * class. The latter is left out if classes run at the same time, because that thread can then run tests of other classes in between.
 */
public final class TestcontainersInside
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, InvocationInterceptor {

    /** Creates the extension; JUnit calls this. */
    public TestcontainersInside() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (context.getExecutionMode() == ExecutionMode.SAME_THREAD) {
            begin(context);
        } else if (daemonOf(context).isPresent()) {
            refuseContainersOfTheClass(context.getRequiredTestClass());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end(context);
    }

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation,
            ReflectiveInvocationContext<Constructor<T>> invocationContext,
            ExtensionContext context)
            throws Throwable {
        return led(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> invocationContext, ExtensionContext context)
            throws Throwable {
        return led(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext invocationContext, ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        led(invocation, context);
    }

    private static <T> T led(InvocationInterceptor.Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        Optional<Scope> scope = daemonOf(context).map(TestcontainersInside::enter);
        try {
            return invocation.proceed();
        } catch (Throwable failure) {
            leaveOutFramesOfThisClass(failure);
            throw failure;
        } finally {
            scope.ifPresent(Scope::close);
        }
    }

    /** Removes the frames of this class, as JUnit removes its own, because this class also intercepts tests without Testcontainers. */
    private static void leaveOutFramesOfThisClass(Throwable failure) {
        try {
            Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            leaveOutFramesOfThisClass(failure, seen);
        } catch (Throwable e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void leaveOutFramesOfThisClass(@Nullable Throwable failure, Set<Throwable> seen) {
        if (failure == null || !seen.add(failure)) {
            return;
        }
        failure.setStackTrace(Arrays.stream(failure.getStackTrace())
                .filter(frame -> !frame.getClassName().equals(TestcontainersInside.class.getName()))
                .toArray(StackTraceElement[]::new));
        leaveOutFramesOfThisClass(failure.getCause(), seen);
        for (Throwable suppressed : failure.getSuppressed()) {
            leaveOutFramesOfThisClass(suppressed, seen);
        }
    }

    private static void begin(ExtensionContext context) {
        daemonOf(context)
                .ifPresent(declared -> Stores.of(context).put(new Led(context.getUniqueId()), enter(declared)));
    }

    private static void end(ExtensionContext context) {
        Scope scope = Stores.of(context).remove(new Led(context.getUniqueId()), Scope.class);
        if (scope != null) {
            scope.close();
        }
    }

    private static Scope enter(DeclaredDaemon declared) {
        if (declared.isForTestsOnly()) {
            return Routing.refuse("Tried to use Testcontainers in the nested daemon of " + declared.place()
                    + " but each test there has a daemon to itself, and no test is running;"
                    + " start the container in @BeforeEach or the test, or set isolation = NONE.");
        }
        Daemon daemon = declared.daemon();
        daemon.makeKnownToTestcontainers();
        return Routing.enter(daemon.docker());
    }

    private static Optional<DeclaredDaemon> daemonOf(ExtensionContext context) {
        List<DeclaredDaemon> declared = Reach.of(context).all().stream()
                .filter(DeclaredDaemon::isForTestcontainers)
                .toList();
        if (declared.isEmpty()) {
            return Optional.empty();
        }
        String element = Descriptions.of(context);
        if (declared.size() > 1) {
            throw new ExtensionConfigurationException("Tried to direct Testcontainers to the nested daemon of "
                    + element
                    + " but several daemons there have testcontainers = true: "
                    + Descriptions.list(
                            declared.stream().map(DeclaredDaemon::name).toList())
                    + "; set it for one daemon only, and use NestedTestcontainers.use(..) for the others.");
        }
        Presence.require("apply testcontainers = true on " + element);
        return Optional.of(declared.get(0));
    }

    /** Refuses static containers. They would start on the outer engine, because no event shows when the last of them has started. */
    private static void refuseContainersOfTheClass(Class<?> type) {
        for (Class<?> level = type; level != null; level = level.getSuperclass()) {
            for (var field : level.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && isAnnotated(field)) {
                    throw new ExtensionConfigurationException("Tried to direct @Testcontainers to the nested daemon of "
                            + Descriptions.of(type) + " but its field " + field.getName()
                            + " is static and classes run at the same time, which @Testcontainers does not support;"
                            + " start that container in @BeforeAll, or add @Execution(SAME_THREAD).");
                }
            }
        }
    }

    private static boolean isAnnotated(AnnotatedElement field) {
        return Arrays.stream(field.getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getName().equals("org.testcontainers.junit.jupiter.Container"));
    }

    private record Led(String uniqueId) {}
}
