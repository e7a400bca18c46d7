package io.nesteddocker.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.TreeMap;

/** The limits on the size of packages and constructors, which the architecture tests of several modules include. */
public final class SizeLimits {

    private static final int MOST_CLASSES = 25;

    private static final int MOST_PARAMETERS = 7;

    @ArchTest
    static final ArchRule constructorsTakeFewParameters = constructors().should(takeFewParameters());

    private SizeLimits() {}

    @ArchTest
    static void noPackageIsCrowded(JavaClasses library) {
        Map<String, Long> sizes = library.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(groupingBy(identity(), TreeMap::new, counting()));
        assertThat(sizes)
                .allSatisfy((name, size) ->
                        assertThat(size).as("top-level classes in " + name).isLessThanOrEqualTo(MOST_CLASSES));
    }

    private static ArchCondition<JavaConstructor> takeFewParameters() {
        return new ArchCondition<>("have at most " + MOST_PARAMETERS + " parameters") {
            @Override
            public void check(JavaConstructor constructor, ConditionEvents events) {
                int count = constructor.getParameters().size();
                events.add(new SimpleConditionEvent(
                        constructor, count <= MOST_PARAMETERS, constructor.getFullName() + " has " + count));
            }
        };
    }
}
