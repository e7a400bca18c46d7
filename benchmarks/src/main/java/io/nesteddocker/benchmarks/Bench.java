package io.nesteddocker.benchmarks;

/**
 * Runs the benchmarks that its arguments name, and prints tables.
 *
 * <p>It never fails because something is slow. The exit code is 3 if a goal has no figure, because a contender failed.
 */
public final class Bench {

    private static final int WRONG_USE = 2;
    private static final int NOT_ALL_MEASURED = 3;

    private Bench() {}

    /**
     * Runs benchmarks.
     *
     * @param args names of subjects, {@code --rounds=N} and {@code --where}; without a name, the subject {@code start} is measured
     */
    public static void main(String[] args) {
        int exitCode = run(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static int run(String[] args) {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_USE;
        }
        try (RunResources run = RunResources.ofThisRun()) {
            boolean complete = true;
            for (Subject subject : arguments.subjects()) {
                Goals goals = subject.work().run(arguments, run, System.out);
                System.out.print(goals);
                complete &= goals.complete();
            }
            return complete ? 0 : NOT_ALL_MEASURED;
        } catch (Exception e) {
            return explain(e);
        }
    }

    private static int explain(Exception failure) {
        if (failure instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            System.err.println("Interrupted; everything that was started is being removed.");
        } else {
            System.err.println("The benchmark ended early: " + Formats.reason(failure));
        }
        return 1;
    }
}
