package io.nesteddocker.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The list of all subjects. */
final class Subjects {

    private static final List<Subject> ALL = List.of(
            new Subject(
                    "start", "time to the first answer, compared with other ways; memory and size", StartSubject::run),
            new Subject("testkit", "a lease of a warm pool, a reset, a class of 50 tests", TestkitSubject::run),
            new Subject("images", "images inside: linked at the start, loaded, copied", ImagesSubject::run),
            new Subject(
                    "reach",
                    "the inner API and a port inside by socket, TLS and tunnel, the tunnel at depths 1 to 3",
                    ReachSubject::run));

    private Subjects() {}

    static Subject first() {
        return ALL.get(0);
    }

    static Optional<Subject> named(String name) {
        return ALL.stream().filter(subject -> subject.name().equals(name)).findFirst();
    }

    /** Returns a text with one line for each subject. */
    static String list() {
        return ALL.stream()
                .map(subject -> "  %-10s %s".formatted(subject.name(), subject.about()))
                .collect(Collectors.joining("\n"));
    }
}
