package io.nesteddocker.nativeimage;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that the metadata for native images has exactly the entries that the classes on the class path need.
 *
 * <p>The entries have no conditions, because a program that depends on this library uses it.
 *
 * @see <a href="https://github.com/oracle/graal/blob/master/docs/reference-manual/native-image/assets/reachability-metadata-schema-v1.2.0.json">the
 *     schema of the file</a>
 */
class ReachabilityMetadataTest {

    /** The file, at the place where GraalVM for JDK 23 and later looks for it: below the coordinates of the artifact. */
    static final String FILE = "META-INF/native-image/io.nesteddocker/dind-core/reachability-metadata.json";

    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path GOLDEN = Path.of("src", "main", "resources").resolve(FILE);

    private static final String EVERYTHING =
            ", \"allDeclaredConstructors\": true, \"allDeclaredFields\": true, \"allDeclaredMethods\": true";

    @Test
    void theFileHasWhatTheClassesNeed() throws IOException {
        String needed = needed();
        if (Boolean.getBoolean("api.rewrite")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, needed);
        }
        assertThat(GOLDEN).as("the metadata; write it with ./dev api").exists();
        assertThat(needed)
                .as("the metadata for native images; run ./dev api and review the difference")
                .isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void noOtherClassOfTheLibraryUsesReflection() {
        assertThat(new ClassFileImporter()
                        .importPath(CLASSES).stream()
                                .filter(ReachabilityMetadataTest::usesReflection)
                                .map(JavaClass::getFullName))
                .as("classes that use reflection; OtherNeeds has the entries for them")
                .containsExactlyInAnyOrder(
                        "io.nesteddocker.internal.Threads",
                        "io.nesteddocker.internal.options.Fingerprint",
                        "io.nesteddocker.internal.terminal.WindowChanges");
    }

    private static boolean usesReflection(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(used -> used.getTargetClass().getPackageName().equals("java.lang.reflect"))
                || type.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Class.class)
                                && call.getName().equals("forName"));
    }

    private static String needed() throws IOException {
        SortedMap<String, String> reflection = new TreeMap<>(OtherNeeds.REFLECTION);
        DockerJavaTypes dockerJava = DockerJavaTypes.ofTheClassPath();
        dockerJava.classes().forEach(name -> reflection.put(name, EVERYTHING));
        dockerJava.arrays().forEach(name -> reflection.put(name, ""));
        recordsOfTheOptions().forEach(name -> reflection.put(name, ", \"allDeclaredMethods\": true"));
        SortedSet<String> resources = new TreeSet<>(OtherNeeds.RESOURCES);
        resources.addAll(resourcesOfTheLibrary());
        return Stream.of(
                        "{",
                        "  \"reflection\": [",
                        Stream.concat(
                                        OtherNeeds.PROXIES.stream()
                                                .map(name -> "    {\"type\": {\"proxy\": [\"" + name + "\"]}}"),
                                        reflection.entrySet().stream()
                                                .map(entry -> "    {\"type\": \"" + entry.getKey() + "\""
                                                        + entry.getValue() + "}"))
                                .collect(joining(",\n")),
                        "  ],",
                        "  \"resources\": [",
                        resources.stream()
                                .map(name -> "    {\"glob\": \"" + name + "\"}")
                                .collect(joining(",\n")),
                        "  ]",
                        "}",
                        "")
                .collect(joining("\n"));
    }

    private static Collection<String> resourcesOfTheLibrary() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("io"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.endsWith(".class"))
                    .collect(toCollection(TreeSet::new));
        }
    }

    /** Returns the records of the options, whose components are read by reflection to compute the hash for the reuse of a daemon. */
    private static SortedSet<String> recordsOfTheOptions() {
        SortedSet<String> records = new TreeSet<>();
        try {
            addRecords(Class.forName("io.nesteddocker.internal.options.Options"), records);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return records;
    }

    private static void addRecords(Type type, SortedSet<String> records) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> addRecords(argument, records));
        } else if (type instanceof Class<?> named && named.isSealed()) {
            Arrays.stream(named.getPermittedSubclasses()).forEach(subtype -> addRecords(subtype, records));
        } else if (type instanceof Class<?> named && named.isRecord() && records.add(named.getName())) {
            for (RecordComponent part : named.getRecordComponents()) {
                addRecords(part.getGenericType(), records);
            }
        }
    }
}
