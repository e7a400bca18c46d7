package io.nesteddocker.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs fixture classes through the JUnit Platform, each time in a launch of its own. */
final class Launches {

    private static final Map<String, String> CONCURRENT = Map.of(
            "junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.mode.default", "concurrent",
            "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

    private Launches() {}

    static EngineExecutionResults of(Class<?>... classes) {
        return run(Map.of(), classes);
    }

    /** Runs the classes with four tests at the same time. */
    static EngineExecutionResults concurrentOf(Class<?>... classes) {
        return run(CONCURRENT, classes);
    }

    /** Returns the exceptions of tests and classes, in the order in which they failed. */
    static List<Throwable> failuresOf(EngineExecutionResults results) {
        return results.allEvents().failed().stream()
                .map(Launches::resultOf)
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    /** Returns the only exception, and fails if there is another number of exceptions. */
    static Throwable failureOf(EngineExecutionResults results) {
        List<Throwable> failures = failuresOf(results);
        if (failures.size() != 1) {
            throw new AssertionError("There should be one failure, and there are " + failures);
        }
        return failures.get(0);
    }

    /** Returns the first exception of a launch like those of build tools and IDEs, with the listeners on the class path. */
    static Throwable failureInALauncher(Class<?> type) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(type))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        listener);
        return listener.getSummary().getFailures().get(0).getException();
    }

    /** Fails if a test or a class failed, with its exception as the cause. */
    static EngineExecutionResults passed(EngineExecutionResults results) {
        failuresOf(results).stream().findFirst().ifPresent(failure -> {
            throw new AssertionError("A fixture failed: " + failure, failure);
        });
        return results;
    }

    private static EngineExecutionResults run(Map<String, String> parameters, Class<?>... classes) {
        DiscoverySelector[] selectors =
                Arrays.stream(classes).map(type -> selectClass(type)).toArray(DiscoverySelector[]::new);
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectors)
                .configurationParameters(parameters)
                .execute();
    }

    private static TestExecutionResult resultOf(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class);
    }
}
