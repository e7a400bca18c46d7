package io.nesteddocker.testkit;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A program that runs test classes with the JUnit on its class path, and prints the results. */
public final class LineRunner {

    private LineRunner() {}

    public static void main(String... classes) {
        Listener listener = new Listener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Arrays.stream(classes)
                                        .map(name -> DiscoverySelectors.selectClass(name))
                                        .toList())
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        listener);
        listener.skipped.forEach(System.out::println);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true), 40);
        System.out.println(
                "JUNIT " + Test.class.getProtectionDomain().getCodeSource().getLocation());
        System.out.println("FAILED "
                + (summary.getTotalFailureCount() + summary.getTestsAbortedCount() + summary.getTestsSkippedCount()));
        System.out.println("SUCCEEDED " + summary.getTestsSucceededCount());
        System.exit(0);
    }

    private static final class Listener extends SummaryGeneratingListener {

        private final List<String> skipped = new ArrayList<>();

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            super.executionSkipped(test, reason);
            skipped.add("skipped " + test.getDisplayName() + ": " + reason);
        }
    }
}
