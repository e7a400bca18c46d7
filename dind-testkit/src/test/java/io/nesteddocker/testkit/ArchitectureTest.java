package io.nesteddocker.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.nesteddocker.testing.SizeLimits;

/** Checks the architecture of the testkit, which uses only the public API of the library. */
@AnalyzeClasses(packages = "io.nesteddocker.testkit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theKitUsesThePublicPackagesOfTheLibrary = noClasses()
            .that()
            .resideInAPackage("io.nesteddocker.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.nesteddocker.internal..");

    @ArchTest
    static final ArchRule theKitUsesOnlyWhatUsersHave = classes()
            .that()
            .resideInAPackage("io.nesteddocker.testkit..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "io.nesteddocker..",
                    "com.github.dockerjava.api..",
                    "org.junit.jupiter.api..",
                    "org.junit.platform.commons..",
                    "org.junit.platform.engine..",
                    "org.junit.platform.launcher..",
                    "org.opentest4j..",
                    "org.slf4j..",
                    "org.assertj.core..",
                    "org.testcontainers..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule whoHasNoAssertJNeedsNone = noClasses()
            .that()
            .resideOutsideOfPackage("io.nesteddocker.testkit.assertj..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.assertj..", "io.nesteddocker.testkit.assertj..");

    @ArchTest
    static final ArchRule whoHasNoTestcontainersNeedsNone = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.nesteddocker.testkit.testcontainers..", "io.nesteddocker.testkit.internal.testcontainers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.testcontainers..", "io.nesteddocker.testkit.testcontainers..");

    @ArchTest
    static final ArchTests sizeLimits = ArchTests.in(SizeLimits.class);

    @ArchTest
    static final ArchRule nobodyWritesToTheStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule nobodyThrowsABareRuntimeException = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
