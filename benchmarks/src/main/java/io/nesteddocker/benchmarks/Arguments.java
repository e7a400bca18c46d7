package io.nesteddocker.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the command line.
 *
 * @param subjects the subjects to measure, in this order
 * @param rounds the number of measurements of each contender after the warm-up
 * @param where whether the subject {@code start} measures only the steps of a start
 */
record Arguments(List<Subject> subjects, int rounds, boolean where) {

    private static final int DEFAULT_ROUNDS = 7;
    private static final int MOST_ROUNDS = 1000;
    private static final String ROUNDS = "--rounds=";
    private static final String WHERE = "--where";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if an argument is wrong; the message lists the valid arguments
     */
    static Arguments parse(String... args) {
        List<Subject> subjects = new ArrayList<>();
        int rounds = DEFAULT_ROUNDS;
        boolean where = false;
        for (String arg : args) {
            if (arg.equals(WHERE)) {
                where = true;
            } else if (arg.startsWith(ROUNDS)) {
                rounds = rounds(arg.substring(ROUNDS.length()));
            } else {
                subjects.add(Subjects.named(arg)
                        .orElseThrow(() -> new IllegalArgumentException("Tried to measure \"" + arg
                                + "\" but there is no such subject; use one of these, with --rounds=N or, for start, --where:\n"
                                + Subjects.list())));
            }
        }
        List<Subject> wanted = subjects.isEmpty() ? List.of(Subjects.first()) : List.copyOf(subjects);
        if (where && !wanted.equals(List.of(Subjects.first()))) {
            throw new IllegalArgumentException("Tried to measure where the time goes in other subjects than \""
                    + Subjects.first().name() + "\" but it is known for that one only; say start --where.");
        }
        return new Arguments(wanted, rounds, where);
    }

    private static int rounds(String number) {
        try {
            int rounds = Integer.parseInt(number);
            if (rounds >= 1 && rounds <= MOST_ROUNDS) {
                return rounds;
            }
        } catch (NumberFormatException e) {
            throw badRounds(number, e);
        }
        throw badRounds(number, null);
    }

    private static IllegalArgumentException badRounds(String number, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "Tried to measure \"" + number + "\" rounds but the number of rounds must be from 1 to " + MOST_ROUNDS
                        + "; use for example --rounds=" + DEFAULT_ROUNDS + ".",
                cause);
    }
}
