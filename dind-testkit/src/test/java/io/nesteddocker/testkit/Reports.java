package io.nesteddocker.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The reports of a launch of fixture classes: entries, and files in a folder. */
final class Reports extends SummaryGeneratingListener {

    private final List<Map<String, String>> entries = new ArrayList<>();
    private final Path output;

    private Reports(Path output) {
        this.output = output;
    }

    static Reports of(Class<?> cases, Path output) {
        Reports reports = new Reports(output);
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(cases))
                                .configurationParameter("junit.platform.reporting.output.dir", output.toString())
                                .build(),
                        reports);
        return reports;
    }

    List<Map<String, String>> entries() {
        return entries;
    }

    /** Returns the content of all files, by file name. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(output)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        entries.add(entry.getKeyValuePairs());
    }
}
