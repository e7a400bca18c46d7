package io.nesteddocker.benchmarks;

/** Runs the benchmarks that its arguments name, and prints tables for people. It never fails because something is slow. */
public final class Bench {

    private static final int WRONG_USE = 2;

    private Bench() {}

    /**
     * Runs benchmarks.
     *
     * @param args names of subjects, and {@code --rounds=N}; without a name the subject {@code start}
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
        try (Belongings belongings = Belongings.ofThisRun()) {
            for (Subject subject : arguments.subjects()) {
                subject.work().run(arguments, belongings, System.out);
            }
            return 0;
        } catch (Exception e) {
            return explain(e);
        }
    }

    private static int explain(Exception failure) {
        if (failure instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            System.err.println("Interrupted; everything that was started is being removed.");
        } else {
            System.err.println("The benchmark ended early: " + Words.reason(failure));
        }
        return 1;
    }
}
