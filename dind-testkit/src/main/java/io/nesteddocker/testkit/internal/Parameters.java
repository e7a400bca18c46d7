package io.nesteddocker.testkit.internal;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.Diagnostics;
import io.nesteddocker.Endpoint;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;

/** The types a test parameter can have. */
final class Parameters {

    private static final Map<Class<?>, Function<NestedDocker, Object>> TYPES = Map.of(
            NestedDocker.class, docker -> docker,
            DockerClient.class, NestedDocker::client,
            Endpoint.class, NestedDocker::endpoint,
            EngineInfo.class, NestedDocker::engine,
            Diagnostics.class, NestedDocker::diagnostics);

    private Parameters() {}

    /** Returns all types that a parameter can have. */
    static Stream<Class<?>> types() {
        return TYPES.keySet().stream();
    }

    /** Returns whether the extension of the given owner resolves a parameter. */
    static boolean support(ParameterContext parameter, ExtensionContext context, Object owner) {
        return TYPES.containsKey(parameter.getParameter().getType())
                && Reach.of(context).isAnsweredBy(owner, parameter);
    }

    /** Returns the value of a parameter. */
    static Object resolve(ParameterContext parameter, ExtensionContext context) {
        NestedDocker docker = Reach.of(context).choose(parameter).daemon().docker();
        Function<NestedDocker, Object> part =
                Objects.requireNonNull(TYPES.get(parameter.getParameter().getType()), "a supported type");
        return part.apply(docker);
    }

    /** Returns the type and the name of a parameter. */
    static String describe(ParameterContext parameter) {
        return parameter.getParameter().getType().getSimpleName() + " "
                + parameter.getParameter().getName();
    }
}
