package io.nesteddocker.testkit.internal;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Says what to do about a parameter that asks for a daemon where none is declared. None of the extensions is there then, so JUnit finds
 * nobody to ask; what it says gets the cure as a suppressed exception, which reports print below it.
 */
public final class UndeclaredDaemon implements TestExecutionListener {

    private static final String NOBODY = "No ParameterResolver registered for parameter [";

    /** JUnit's launcher makes it. */
    public UndeclaredDaemon() {}

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        result.getThrowable()
                .filter(ParameterResolutionException.class::isInstance)
                .ifPresent(failure ->
                        typeThatNobodyGives(failure).ifPresent(type -> failure.addSuppressed(cure(type, test))));
    }

    private static Optional<String> typeThatNobodyGives(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return Parameters.types()
                .filter(type -> message.startsWith(NOBODY + type.getName() + " "))
                .map(Class::getSimpleName)
                .findFirst();
    }

    private static Throwable cure(String type, TestIdentifier test) {
        Throwable cure = new ExtensionConfigurationException(
                "Tried to give the " + type + " of a nested daemon to " + words(test)
                        + " but no daemon is declared there; write @WithNestedDocker on the class or the method.");
        cure.setStackTrace(new StackTraceElement[0]);
        return cure;
    }

    private static String words(TestIdentifier test) {
        TestSource source = test.getSource().orElse(null);
        if (source instanceof MethodSource method) {
            return "method " + method.getClassName() + "." + method.getMethodName();
        }
        return source instanceof ClassSource type ? "class " + type.getClassName() : test.getDisplayName();
    }
}
