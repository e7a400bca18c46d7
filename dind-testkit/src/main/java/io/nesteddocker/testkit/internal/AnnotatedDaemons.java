package io.nesteddocker.testkit.internal;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/** The extension behind {@link io.nesteddocker.testkit.WithNestedDocker}. It has no fields; its state is in JUnit's stores. */
public final class AnnotatedDaemons
        implements TestInstancePreConstructCallback,
                BeforeAllCallback,
                BeforeEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    /** Creates the extension; JUnit calls this. */
    public AnnotatedDaemons() {}

    /** Selects the test method's scope, because a constructor's parameter can refer to the daemon of that method. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    /** Starts the daemons here and not for a parameter, because a callback can skip a test, but a failing parameter always fails it. */
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factoryContext, ExtensionContext context) {
        SupportedJUnit.require(context);
        ParallelStarts.start(Reach.of(context));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        SupportedJUnit.require(context);
        FailureReports.begin(context);
        ParallelStarts.start(Reach.of(context));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        SupportedJUnit.require(context);
        FailureReports.begin(context);
        ParallelStarts.start(Reach.of(context));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return Parameters.support(parameter, context, AnnotatedDaemons.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Parameters.resolve(parameter, context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    private static Throwable reported(ExtensionContext context, Throwable failure) {
        return FailureReports.of(AnnotatedDaemons.class, context, failure);
    }
}
