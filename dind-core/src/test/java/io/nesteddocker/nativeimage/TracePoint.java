package io.nesteddocker.nativeimage;

import com.sun.jdi.ClassObjectReference;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.Value;
import io.nesteddocker.nativeimage.ReflectionTrace.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The methods of a JDK class through which all reflection of one kind passes, with a function that finds the target of a call.
 *
 * @param methods patterns of the methods' names
 * @param reader finds the target of a call in its stack frame
 */
record TracePoint(Kind kind, String type, List<String> methods, Function<StackFrame, Seen> reader) {

    /** The target of a call: a resource, or a class and one of its members. Without a member, the text is empty. */
    record Seen(String name, String member) {}

    /** The methods that read and cache the members of a class for all public methods. */
    private static final List<String> LISTS = List.of(
            "privateGetDeclaredFields",
            "privateGetDeclaredMethods",
            "privateGetDeclaredConstructors",
            "getRecordComponents",
            "getDeclaredClasses",
            "getPermittedSubclasses",
            "getNestMembers");

    /** All trace points. The first use of a method, a constructor or a field creates an accessor, and all uses pass through it. */
    static final List<TracePoint> ALL = List.of(
            new TracePoint(Kind.MEMBERS, "java.lang.Class", LISTS, frame -> seen(name(frame.thisObject()))),
            new TracePoint(
                    Kind.METHOD, "java.lang.reflect.Method", List.of("acquireMethodAccessor"), TracePoint::member),
            new TracePoint(
                    Kind.METHOD,
                    "java.lang.invoke.MethodHandles$Lookup",
                    List.of("resolveOrFail"),
                    TracePoint::memberByName),
            new TracePoint(
                    Kind.CONSTRUCTOR,
                    "java.lang.reflect.Constructor",
                    List.of("acquireConstructorAccessor"),
                    frame -> seen(name(field(frame.thisObject(), "clazz")))),
            // JDK 17 has one method for both kinds of accessors, JDK 25 has two.
            new TracePoint(
                    Kind.FIELD,
                    "java.lang.reflect.Field",
                    List.of("acquire(Override)?FieldAccessor"),
                    TracePoint::member),
            new TracePoint(
                    Kind.RESOURCE,
                    "java.lang.Class",
                    List.of("getResource", "getResourceAsStream"),
                    frame -> seen(resource(name(frame.thisObject()), text(frame)))),
            new TracePoint(
                    Kind.RESOURCE,
                    "java.lang.ClassLoader",
                    List.of("getResource", "getResources", "getResourceAsStream", "resources", "getSystemResource.*"),
                    frame -> seen(text(frame))),
            new TracePoint(
                    Kind.RESOURCE, "java.lang.Module", List.of("getResourceAsStream"), frame -> seen(text(frame))));

    /** Fails if the JDK lacks a method, because the trace would then miss uses. */
    void check() {
        try {
            List<String> names = Arrays.stream(Class.forName(type, false, null).getDeclaredMethods())
                    .map(java.lang.reflect.Method::getName)
                    .toList();
            for (String pattern : methods) {
                if (names.stream().noneMatch(name -> name.matches(pattern))) {
                    throw new AssertionError(
                            "This JDK has no method " + pattern + " in " + type + "; find the new one.");
                }
            }
        } catch (ClassNotFoundException e) {
            throw new AssertionError("This JDK has no class " + type + "; find the new one.", e);
        }
    }

    boolean isAt(Method method) {
        return methods.stream().anyMatch(pattern -> method.name().matches(pattern))
                && !method.isNative()
                && !method.isAbstract();
    }

    /** Returns whether a caller only passes a request on, as methods of the same class and of {@code Class} do. */
    boolean isPassedThrough(String caller) {
        return caller.equals(type) || caller.equals("java.lang.Class");
    }

    private static Seen seen(String name) {
        return new Seen(name, "");
    }

    /** Finds a method or a field from its {@code Method} or {@code Field} object. */
    private static Seen member(StackFrame frame) {
        return new Seen(name(field(frame.thisObject(), "clazz")), string(field(frame.thisObject(), "name")));
    }

    private static Seen memberByName(StackFrame frame) {
        Value found = argument(frame, 1);
        if (found instanceof ClassObjectReference type) {
            return new Seen(name(type), string(argument(frame, 2)));
        }
        return new Seen(name(field((ObjectReference) found, "clazz")), string(field((ObjectReference) found, "name")));
    }

    private static String resource(String type, String name) {
        return name.startsWith("/")
                ? name.substring(1)
                : type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/') + name;
    }

    /** Returns the first string among the arguments of a call, or "null" if there is none. */
    private static String text(StackFrame frame) {
        return frame.getArgumentValues().stream()
                .filter(StringReference.class::isInstance)
                .map(TracePoint::string)
                .findFirst()
                .orElse("null");
    }

    private static String name(Value type) {
        return ((ClassObjectReference) type).reflectedType().name();
    }

    private static String string(Value text) {
        return ((StringReference) text).value();
    }

    private static Value argument(StackFrame frame, int index) {
        return frame.getArgumentValues().get(index);
    }

    private static Value field(ObjectReference object, String name) {
        return Objects.requireNonNull(object.getValue(object.referenceType().fieldByName(name)), name);
    }
}
