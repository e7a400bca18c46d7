package io.nesteddocker;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.nesteddocker.testing.SizeLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Checks the architecture: which package may use which, and what no package may do. */
@AnalyzeClasses(packages = "io.nesteddocker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String PUBLIC_PACKAGE = "io.nesteddocker";
    private static final String INTERNAL = PUBLIC_PACKAGE + ".internal";

    /** The rooms of {@code internal}, and the rooms that each may use. All may use the package {@code internal} itself. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry(
                    "daemon",
                    Set.of(
                            "launch",
                            "log",
                            "options",
                            "http",
                            "images",
                            "seeds",
                            "inner",
                            "exec",
                            "reach",
                            "terminal",
                            "sweep",
                            "outer")),
            entry(
                    "launch",
                    Set.of(
                            "log",
                            "options",
                            "plan",
                            "http",
                            "tls",
                            "registry",
                            "images",
                            "seeds",
                            "inner",
                            "reach",
                            "relay",
                            "sweep",
                            "outer",
                            "tar")),
            entry("seeds", Set.of("images", "registry", "http", "options", "outer", "plan", "relay", "sweep", "tar")),
            entry("reach", Set.of("inner", "relay", "http", "tls", "outer", "sweep")),
            entry("terminal", Set.of("exec", "http", "sweep")),
            entry("inner", Set.of("http", "registry", "outer")),
            entry("relay", Set.of("exec", "http", "outer")),
            entry("images", Set.of("http", "registry", "outer", "sweep", "tar")),
            entry("log", Set.of("sweep")),
            entry("sweep", Set.of("outer")),
            entry("outer", Set.of("exec", "http", "tls", "registry", "options", "plan", "tar")),
            entry("exec", Set.of("http")),
            entry("http", Set.of("registry")),
            entry("tls", Set.of()),
            entry("registry", Set.of()),
            entry("tar", Set.of()),
            entry("plan", Set.of("options")),
            entry("options", Set.of("http", "registry")));

    private static final DescribedPredicate<JavaClass> ROOMS = resideInAPackage(INTERNAL + ".*..");

    private static final DescribedPredicate<JavaClass> DOORS = describe(
            "are NestedDocker, NestedDockerBuilder, NestedDockerSpec or ImageCache",
            type -> Set.of(
                            PUBLIC_PACKAGE + ".NestedDocker",
                            PUBLIC_PACKAGE + ".NestedDockerBuilder",
                            PUBLIC_PACKAGE + ".NestedDockerSpec",
                            PUBLIC_PACKAGE + ".ImageCache")
                    .contains(outermost(type).getFullName()));

    private static final DescribedPredicate<JavaClass> VALUE_TYPES = describe(
            "are types of the public package, the doors left out",
            type -> type.getPackageName().equals(PUBLIC_PACKAGE)
                    && outermost(type).getModifiers().contains(JavaModifier.PUBLIC)
                    && !DOORS.test(type));

    private static final DescribedPredicate<JavaClass> SMALL_TOOLS =
            resideInAPackage(INTERNAL).as("are small tools of 'internal' itself");

    private static final DescribedPredicate<JavaClass> JDK = resideInAnyPackage("java..", "javax..");

    private static final DescribedPredicate<JavaClass> JSPECIFY = resideInAPackage("org.jspecify..");

    @ArchTest
    static void roomsUseEachOtherOnlyAlongTheArrows(JavaClasses library) {
        List<String> strays = new ArrayList<>();
        ARROWS.forEach((room, others) -> {
            String[] reachable = Stream.concat(Stream.of(room), others.stream())
                    .map(name -> INTERNAL + "." + name + "..")
                    .toArray(String[]::new);
            ArchRule rule = classes()
                    .that()
                    .resideInAPackage(INTERNAL + "." + room + "..")
                    .should()
                    .onlyDependOnClassesThat(not(ROOMS).or(resideInAnyPackage(reachable)));
            rule.evaluate(library).getFailureReport().getDetails().stream()
                    .map(stray -> "from " + room + ": " + stray)
                    .forEach(strays::add);
        });
        assertThat(strays)
                .as("uses of rooms that no arrow of %s allows", ARROWS)
                .isEmpty();
    }

    @ArchTest
    static void everyRoomHasItsArrows(JavaClasses library) {
        Set<String> rooms = library.stream()
                .filter(ROOMS)
                .map(type -> type.getPackageName().substring(INTERNAL.length() + 1))
                .collect(toCollection(TreeSet::new));
        assertThat(rooms).isEqualTo(new TreeSet<>(ARROWS.keySet()));
    }

    @ArchTest
    static final ArchRule roomsAreFreeOfCycles =
            slices().matching(INTERNAL + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule planDependsOnNothingButOptions = classes()
            .that()
            .resideInAPackage(INTERNAL + ".plan..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(INTERNAL + ".plan..", INTERNAL + ".options..")
                    .or(VALUE_TYPES)
                    .or(SMALL_TOOLS)
                    .or(JDK)
                    .or(JSPECIFY));

    @ArchTest
    static final ArchRule planTouchesNothingOutsideTheProgram = noClasses()
            .that()
            .resideInAPackage(INTERNAL + ".plan..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    @ArchTest
    static final ArchRule smallToolsLeanOnNothing = classes()
            .that(SMALL_TOOLS)
            .should()
            .onlyDependOnClassesThat(
                    SMALL_TOOLS.or(VALUE_TYPES).or(JDK).or(JSPECIFY).or(resideInAPackage("org.slf4j..")));

    @ArchTest
    static final ArchRule valueTypesStayOutOfTheRooms =
            noClasses().that(VALUE_TYPES).should().dependOnClassesThat(ROOMS);

    @ArchTest
    static final ArchRule roomsDoNotKnowTheDoors =
            noClasses().that().resideInAPackage(INTERNAL + "..").should().dependOnClassesThat(DOORS);

    @ArchTest
    static final ArchRule thePoolUsesThePublicPackageOnly = noClasses()
            .that()
            .resideInAPackage(PUBLIC_PACKAGE + ".pool..")
            .should()
            .dependOnClassesThat(ROOMS);

    @ArchTest
    static final ArchRule dockerJavaCoreAndTransportStayAtTheEdges = noClasses()
            .that()
            .resideOutsideOfPackages(
                    INTERNAL + ".outer..", INTERNAL + ".http..", INTERNAL + ".inner..", INTERNAL + ".exec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.dockerjava.core..", "com.github.dockerjava.transport..");

    @ArchTest
    static final ArchRule theTransportIsChosenInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage(INTERNAL + ".http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.dockerjava.zerodep..", "com.github.dockerjava.httpclient5..");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses library) {
        Set<String> unmarked = library.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .map(javaPackage -> javaPackage.getName())
                .collect(toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }

    @ArchTest
    static final ArchTests sizeLimits = ArchTests.in(SizeLimits.class);

    @ArchTest
    static final ArchRule nobodyWritesToTheStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule nobodyThrowsABareRuntimeException = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static void sleepingHasOneHome(JavaClasses library) {
        Set<String> sleepers = library.stream()
                .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                .filter(access -> isSleep(
                        access.getTargetOwner().getFullName(),
                        access.getTarget().getName()))
                .map(access -> outermost(access.getOriginOwner()).getFullName())
                .collect(toCollection(TreeSet::new));
        assertThat(sleepers).isSubsetOf(INTERNAL + ".Deadline");
    }

    private static boolean isSleep(String owner, String method) {
        return switch (method) {
            case "sleep" ->
                Set.of(Thread.class.getName(), TimeUnit.class.getName()).contains(owner);
            case "parkNanos", "parkUntil" -> owner.equals(LockSupport.class.getName());
            default -> false;
        };
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
