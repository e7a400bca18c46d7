package io.nesteddocker.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The jars of a class path with their sizes, largest first.
 *
 * @param jars the sizes in bytes, by file name
 */
record ClassPathSize(Map<String, Long> jars) {

    /** Measures a class path that Maven has written to a file. */
    static ClassPathSize inFile(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /** Measures a class path. */
    static ClassPathSize of(String classPath) throws IOException {
        Map<String, Long> unsorted = new LinkedHashMap<>();
        for (String part : classPath.strip().split(File.pathSeparator, -1)) {
            Path path = Path.of(part);
            if (part.endsWith(".jar")) {
                unsorted.put(String.valueOf(path.getFileName()), Files.size(path));
            }
        }
        return new ClassPathSize(unsorted.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new)));
    }

    long total() {
        return jars.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the jars that the other class path lacks. */
    ClassPathSize without(ClassPathSize other) {
        Map<String, Long> rest = new LinkedHashMap<>(jars);
        rest.keySet().removeAll(other.jars.keySet());
        return new ClassPathSize(rest);
    }

    /** Returns the largest jars, at most that many. */
    List<Map.Entry<String, Long>> largest(int most) {
        return List.copyOf(jars.entrySet()).subList(0, Math.min(most, jars.size()));
    }
}
