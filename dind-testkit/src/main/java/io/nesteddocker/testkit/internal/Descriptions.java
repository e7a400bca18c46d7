package io.nesteddocker.testkit.internal;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Describes classes and methods in error messages. */
final class Descriptions {

    private Descriptions() {}

    /** Returns the kind and the full name of a class, method or constructor. */
    static String of(AnnotatedElement element) {
        if (element instanceof Class<?> type) {
            return "class " + type.getName();
        }
        if (element instanceof Executable executable) {
            String parameters = Arrays.stream(executable.getParameterTypes())
                    .map(Class::getSimpleName)
                    .collect(joining(", ", "(", ")"));
            return executable instanceof Method
                    ? "method " + executable.getDeclaringClass().getName() + "." + executable.getName() + parameters
                    : "constructor " + executable.getDeclaringClass().getName() + parameters;
        }
        return element.toString();
    }

    /** Returns the kind and the full name of the class or method of a context. */
    static String of(ExtensionContext context) {
        return context.getElement().map(Descriptions::of).orElse("the launch");
    }

    /** Returns the names in quotes, separated by commas. */
    static String list(Collection<String> names) {
        return names.stream().map(name -> "\"" + name + "\"").collect(joining(", "));
    }
}
