package io.nesteddocker.testkit.internal;

import io.nesteddocker.testkit.WithNestedDocker;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/** Finds {@link WithNestedDocker} on classes and methods. */
final class Declarations {

    private Declarations() {}

    /** Returns the annotations that apply to an element, one for each name. A class's own annotation replaces an inherited one. */
    static Collection<WithNestedDocker> on(AnnotatedElement element) {
        if (element instanceof Class<?> type) {
            refuseTwins(type);
        } else {
            refuseTwins(all(element), element);
        }
        Map<String, WithNestedDocker> byName = new LinkedHashMap<>();
        all(element).forEach(said -> byName.put(said.name(), said));
        return byName.values();
    }

    private static void refuseTwins(Class<?> type) {
        List<WithNestedDocker> own = new ArrayList<>(all(type));
        if (type.getSuperclass() != null) {
            refuseTwins(type.getSuperclass());
            own.removeAll(all(type.getSuperclass()));
        }
        for (Class<?> parent : type.getInterfaces()) {
            refuseTwins(parent);
            own.removeAll(all(parent));
        }
        refuseTwins(own, type);
    }

    private static void refuseTwins(List<WithNestedDocker> own, AnnotatedElement element) {
        refuseEqualNames(own, element);
        // JUnit's search returns equal annotations only once, so it does not show duplicates.
        refuseEqualNames(List.of(element.getDeclaredAnnotationsByType(WithNestedDocker.class)), element);
    }

    private static void refuseEqualNames(List<WithNestedDocker> own, AnnotatedElement element) {
        Set<String> names = new HashSet<>();
        for (WithNestedDocker said : own) {
            if (!names.add(said.name())) {
                throw new ExtensionConfigurationException("Tried to find the daemons of " + Descriptions.of(element)
                        + " but two @WithNestedDocker on it have "
                        + (said.name().isEmpty() ? "no name" : "the name \"" + said.name() + "\"")
                        + "; give each a name of its own with name = \"...\".");
            }
        }
    }

    /** Returns all annotations of an element. Those that a class inherits come first. */
    private static List<WithNestedDocker> all(AnnotatedElement element) {
        return AnnotationSupport.findRepeatableAnnotations(element, WithNestedDocker.class);
    }
}
