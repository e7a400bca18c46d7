package io.nesteddocker.testkit.internal;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Names classes and methods in errors. */
final class Words {

    private Words() {}

    /** A class or a method, in full. */
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

    /** The class or method that a context is for, in full. */
    static String of(ExtensionContext context) {
        return context.getElement().map(Words::of).orElse("the launch");
    }

    /** Names in quotes. */
    static String list(Collection<String> names) {
        return names.stream().map(name -> "\"" + name + "\"").collect(joining(", "));
    }
}
