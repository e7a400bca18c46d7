package io.nesteddocker.testkit.internal;

import io.nesteddocker.testkit.EngineMatrix;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Provides one invocation for each version of an {@link EngineMatrix}. */
public final class EngineMatrixProvider implements TestTemplateInvocationContextProvider {

    /** Creates the provider; JUnit calls this. */
    public EngineMatrixProvider() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), EngineMatrix.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        SupportedJUnit.require(context);
        Method method = context.getRequiredTestMethod();
        EngineMatrix matrix = AnnotationSupport.findAnnotation(method, EngineMatrix.class)
                .orElseThrow(() -> new IllegalStateException("a supported template has its annotation"));
        List<String> versions = Arrays.asList(matrix.value());
        if (versions.isEmpty()
                || versions.stream().anyMatch(String::isBlank)
                || versions.stream().distinct().count() < versions.size()) {
            throw new ExtensionConfigurationException("Tried to read @EngineMatrix on " + Descriptions.of(method)
                    + " but its versions are " + versions + "; name one or more, none of them empty or twice.");
        }
        return versions.stream()
                .map(version -> new MatrixRow(version, EngineImages.of(version), matrix.whenUnavailable()));
    }
}
