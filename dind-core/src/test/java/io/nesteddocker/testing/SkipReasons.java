package io.nesteddocker.testing;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints why a test was skipped, which Maven writes to its report files only. */
public final class SkipReasons implements TestExecutionListener {

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        print(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            print(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason was given"));
        }
    }

    private static void print(TestIdentifier test, String reason) {
        String source = test.getSource()
                .map(origin -> origin instanceof MethodSource method
                        ? method.getClassName() + "."
                        : origin instanceof ClassSource type ? type.getClassName() + " " : "")
                .orElse("");
        System.out.println("skipped: " + source + test.getDisplayName() + ": "
                + reason.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
