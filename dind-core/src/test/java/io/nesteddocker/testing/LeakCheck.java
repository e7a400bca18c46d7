package io.nesteddocker.testing;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves something of this JVM on the outer engine or among the temporary files.
 *
 * <p>A test must remove what was created during the test, and a class what was created during the class. So a daemon that
 * {@code @BeforeAll} starts is not a leak if {@code @AfterAll} closes it.
 */
public final class LeakCheck implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

    /** The outer engine forgets a container a moment before it removes the container's volume. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Fails if something of this JVM is left: containers, volumes, networks, files. */
    public static void assertNothingLeft() {
        assertNothingLeft(Set.of());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        remember(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        remember(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertNothingLeft(remembered(context));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertNothingLeft(remembered(context));
    }

    private static void remember(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), leftovers());
    }

    @SuppressWarnings("unchecked")
    private static Set<String> remembered(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(context.getUniqueId(), Set.class);
    }

    private static void assertNothingLeft(Set<String> allowed) {
        Set<String> left = Eventually.value(PATIENCE, () -> leftoversBut(allowed), Set::isEmpty);
        Assertions.assertThat(left).as("what is left of this JVM").isEmpty();
    }

    private static Set<String> leftovers() {
        return OuterTestEngine.leftoversOf(ProcessHandle.current().pid());
    }

    private static Set<String> leftoversBut(Set<String> allowed) {
        Set<String> left = new TreeSet<>(leftovers());
        left.removeAll(allowed);
        return left;
    }
}
