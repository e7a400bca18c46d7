package io.nesteddocker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The threads and file descriptors of this JVM at one moment.
 *
 * @param threads the names of the library's threads
 * @param descriptors the file descriptors, each with its target
 */
public record OpenResources(Collection<String> threads, Collection<String> descriptors) {

    /** The time limit for closing, because threads and connections end a moment after the request. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Waits until the numbers no longer change, and returns what is open then. */
    public static OpenResources settled() {
        return new OpenResources(settled(OpenResources::threadsNow), settled(OpenResources::descriptorsNow));
    }

    /** Waits until there are no more threads than in this record, and at most {@code spare} more descriptors; otherwise fails. */
    public void assertNoMoreNow(int spare) {
        int mostDescriptors = descriptors.size() + spare;
        Collection<String> threadsNow =
                Eventually.value(PATIENCE, OpenResources::threadsNow, now -> now.size() <= threads.size());
        Collection<String> descriptorsNow =
                Eventually.value(PATIENCE, OpenResources::descriptorsNow, now -> now.size() <= mostDescriptors);
        System.out.printf(
                "threads of the library: %d, then %d; descriptors of this JVM: %d, then %d%n",
                threads.size(), threadsNow.size(), descriptors.size(), descriptorsNow.size());
        assertThat(threadsNow).as("threads; before: %s", threads).hasSizeLessThanOrEqualTo(threads.size());
        assertThat(descriptorsNow).as("descriptors; before: %s", descriptors).hasSizeLessThanOrEqualTo(mostDescriptors);
    }

    /** Returns the names of the library's threads. */
    public static Collection<String> threadsNow() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("nested-docker") || name.startsWith("docker-java"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Returns a reading whose size has stayed equal for a while, so that nothing that is just being closed counts. */
    private static Collection<String> settled(Supplier<Collection<String>> reading) {
        Collection<String> last = reading.get();
        for (int equal = 0, tries = 0; equal < 20 && tries < 500; tries++) {
            Eventually.sleep(20);
            Collection<String> next = reading.get();
            equal = next.size() == last.size() ? equal + 1 : 0;
            last = next;
        }
        return last;
    }

    private static Collection<String> descriptorsNow() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Set<String> all = new TreeSet<>();
            open.forEach(descriptor -> all.add(descriptor.getFileName() + " -> " + target(descriptor)));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed";
        }
    }
}
