package io.nesteddocker.testkit.internal;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testkit.EnabledIfNestable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Finds out whether a daemon can be started by starting one, once in a JVM for each privilege. */
public final class NestableCondition implements ExecutionCondition {

    private static final Map<Boolean, ConditionEvaluationResult> ANSWERS = new ConcurrentHashMap<>();

    /** Creates the condition; JUnit calls this. */
    public NestableCondition() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<EnabledIfNestable> said =
                AnnotationSupport.findAnnotation(context.getElement(), EnabledIfNestable.class);
        return said.map(nestable -> ANSWERS.computeIfAbsent(nestable.privileged(), NestableCondition::probe))
                .orElseGet(() -> ConditionEvaluationResult.enabled("@EnabledIfNestable is not present"));
    }

    private static ConditionEvaluationResult probe(boolean privileged) {
        NestedDockerBuilder builder = NestedDocker.builder();
        if (privileged) {
            builder.requirePrivileged();
        }
        try (NestedDocker docker = builder.start()) {
            EngineInfo engine = docker.engine();
            return ConditionEvaluationResult.enabled(
                    "a nested daemon " + engine.version() + " started with " + engine.granted());
        } catch (NestedDockerException e) {
            return ConditionEvaluationResult.disabled("no nested daemon is available: " + e.getMessage());
        }
    }
}
