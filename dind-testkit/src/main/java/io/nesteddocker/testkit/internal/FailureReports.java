package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the state of the daemons of a failed test together with the test report. */
final class FailureReports {

    private static final Logger LOG = LoggerFactory.getLogger(FailureReports.class);

    private static final int LONGEST_ENTRY = 4_000;

    private FailureReports() {}

    /** Records when a class or a test began, so that its report leaves out earlier events. */
    static void begin(ExtensionContext context) {
        Stores.of(context).getOrComputeIfAbsent(new Began(context.getUniqueId()), key -> Instant.now(), Instant.class);
    }

    /** Reports on the daemons of one owner, and returns the failure of the test. An error in the report never replaces that failure. */
    static Throwable of(Object owner, ExtensionContext context, Throwable failure) {
        if (failure instanceof TestAbortedException) {
            return failure;
        }
        try {
            for (DeclaredDaemon declared : Reach.of(context).all()) {
                if (declared.owner().equals(owner)) {
                    startedOf(declared).ifPresent(running -> report(declared.name(), running, context, failure));
                }
            }
        } catch (Throwable e) {
            // Errors are caught too, for example a NoSuchMethodError with another version of JUnit.
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    private static Optional<Running> startedOf(DeclaredDaemon declared) {
        try {
            return declared.isForTestsOnly()
                    ? Optional.empty()
                    : declared.daemon().started();
        } catch (IllegalStateException e) {
            LOG.debug("There is no daemon to report on", e);
            return Optional.empty();
        }
    }

    private static void report(String name, Running running, ExtensionContext context, Throwable failure) {
        NestedDocker docker = running.docker();
        Map<String, String> files = new LinkedHashMap<>();
        new Observations(docker, beginOf(context))
                .collect()
                .forEach((file, text) -> files.put(file, running.spec().maskSecrets(text)));
        String daemon = name.isEmpty() ? docker.name() : name + " (" + docker.name() + ")";
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("nested daemon", daemon);
        files.forEach((file, text) -> {
            if (!file.contains("/") && !text.isBlank()) {
                entries.put(file, Observations.tail(text, LONGEST_ENTRY));
            }
        });
        context.publishReportEntry(entries);
        String folder = "nested-docker" + (name.isEmpty() ? "" : "-" + name.replaceAll("[^\\w.-]", "_"));
        try {
            context.publishDirectory(folder, directory -> {
                write(files, directory);
                ReportLocation location = new ReportLocation(daemon, directory.toAbsolutePath());
                LOG.info(location.getMessage());
                failure.addSuppressed(location);
            });
        } catch (RuntimeException e) {
            LOG.warn(
                    "The files about the nested daemon {} can't be published, so the report has only the end of each file",
                    daemon,
                    e);
        }
    }

    private static void write(Map<String, String> files, Path directory) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Instant beginOf(ExtensionContext context) {
        for (Optional<ExtensionContext> level = Optional.of(context);
                level.isPresent();
                level = level.get().getParent()) {
            Instant began = Stores.of(level.get()).get(new Began(level.get().getUniqueId()), Instant.class);
            if (began != null) {
                return began;
            }
        }
        return Instant.EPOCH;
    }

    private record Began(String uniqueId) {}
}
