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
 * Logs what to do if a parameter asks for a daemon but no daemon is declared. In that case none of the kit's extensions is registered, so
 * reports show only JUnit's own exception.
 *
 * <p>JUnit calls this listener after the listeners of Surefire, Gradle and IDEs, which have printed the failure by then. So the advice goes
 * to the platform's log, as JUnit's own warnings do: the JDK prints it even if SLF4J has no provider. The advice is also added to the
 * failure as a suppressed exception, for programs that print failures at the end.
 */
public final class UndeclaredDaemon implements TestExecutionListener {

    private static final System.Logger LOG = System.getLogger(UndeclaredDaemon.class.getName());

    private static final String NOBODY = "No ParameterResolver registered for parameter [";

    /** Creates the listener; JUnit's launcher calls this. */
    public UndeclaredDaemon() {}

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        result.getThrowable()
                .filter(ParameterResolutionException.class::isInstance)
                .ifPresent(failure -> typeThatNobodyGives(failure).ifPresent(type -> {
                    Throwable cure = cure(type, test);
                    LOG.log(System.Logger.Level.WARNING, cure.getMessage());
                    failure.addSuppressed(cure);
                }));
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
                "Tried to give the " + type + " of a nested daemon to " + describe(test)
                        + " but no daemon is declared there; write @WithNestedDocker on the class or the method.");
        cure.setStackTrace(new StackTraceElement[0]);
        return cure;
    }

    private static String describe(TestIdentifier test) {
        TestSource source = test.getSource().orElse(null);
        if (source instanceof MethodSource method) {
            return "method " + method.getClassName() + "." + method.getMethodName();
        }
        return source instanceof ClassSource type ? "class " + type.getClassName() : test.getDisplayName();
    }
}
