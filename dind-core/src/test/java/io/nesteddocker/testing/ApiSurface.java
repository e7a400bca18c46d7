package io.nesteddocker.testing;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Lists the signatures of the public API: the public and protected members in the exported packages. */
public final class ApiSurface {

    private static final Path CLASSES = Path.of("target", "classes");

    private ApiSurface() {}

    public static ModuleDescriptor module() {
        try (InputStream compiled = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
            return ModuleDescriptor.read(compiled);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the visible types, sorted by name. */
    public static List<Class<?>> types() {
        List<Class<?>> types = new ArrayList<>();
        for (ModuleDescriptor.Exports exported : module().exports()) {
            try (Stream<Path> files =
                    Files.list(CLASSES.resolve(exported.source().replace('.', '/')))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                        .map(name -> load(exported.source() + "." + name.substring(0, name.length() - 6)))
                        .filter(ApiSurface::isVisible)
                        .forEach(types::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        types.sort(Comparator.comparing(Class::getName));
        return types;
    }

    /** Returns the signatures with qualified names: first that of the type, then those of its members, indented. */
    public static List<String> describe(Class<?> type) {
        TreeMap<String, String> members = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field)) {
                members.put("1 " + field.getName(), describe(field));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor) && !isToldByTheHeading(constructor)) {
                String parameters = parameters(constructor);
                members.put(
                        "2 " + parameters, marks(constructor) + "new(" + parameters + ")" + exceptions(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method) && !isGivenToEveryType(method)) {
                members.put("3 " + method.getName() + "(" + parameters(method), describe(method));
            }
        }
        if (type.isEnum()) {
            Stream<String> constants =
                    Arrays.stream(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name());
            members.put("0", constants.collect(joining(", ")));
        }
        List<String> lines = new ArrayList<>(List.of(heading(type)));
        members.values().forEach(member -> lines.add("    " + member));
        return lines;
    }

    private static String heading(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        int implied = Modifier.STATIC
                | (type.isInterface() ? Modifier.ABSTRACT : 0)
                | (type.isEnum() || type.isRecord() ? Modifier.FINAL : 0);
        StringBuilder heading = new StringBuilder(deprecation(type))
                .append(modifiers(type.getModifiers() & Modifier.classModifiers() & ~implied))
                .append(type.isSealed() ? "sealed " : "")
                .append(kind)
                .append(' ')
                .append(type.getCanonicalName())
                .append(typeParameters(type.getTypeParameters()));
        if (type.isRecord()) {
            heading.append(Arrays.stream(type.getRecordComponents())
                    .map(component -> name(component.getAnnotatedType()) + " " + component.getName())
                    .collect(joining(", ", "(", ")")));
        }
        Class<?> parent = type.getSuperclass();
        if (parent != null && parent != Object.class && parent != Enum.class && parent != Record.class) {
            heading.append(" extends ").append(name(type.getAnnotatedSuperclass()));
        }
        AnnotatedType[] interfaces = type.getAnnotatedInterfaces();
        if (interfaces.length > 0) {
            heading.append(type.isInterface() ? " extends " : " implements ").append(names(interfaces));
        }
        if (type.isSealed()) {
            heading.append(Arrays.stream(type.getPermittedSubclasses())
                    .map(Class::getCanonicalName)
                    .collect(joining(", ", " permits ", "")));
        }
        return heading.toString();
    }

    private static String describe(Field field) {
        return marks(field) + name(field.getAnnotatedType()) + " " + field.getName() + constant(field);
    }

    private static String describe(Method method) {
        String typeParameters = typeParameters(method.getTypeParameters());
        return (method.isDefault() ? deprecation(method) + "public default " : marks(method))
                + (typeParameters.isEmpty() ? "" : typeParameters + " ")
                + name(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + "("
                + parameters(method)
                + ")"
                + exceptions(method);
    }

    /** Returns the value of a constant. It is part of the API, because it is compiled into the code of users. */
    private static String constant(Field field) {
        boolean inlined = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        try {
            return inlined ? " = " + field.get(null) : "";
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a visible field is read without special rights", e);
        }
    }

    private static String parameters(Executable executable) {
        AnnotatedType[] types = executable.getAnnotatedParameterTypes();
        Parameter[] parameters = executable.getParameters();
        List<String> described = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            String type = name(types[i]);
            described.add((parameters[i].isVarArgs() ? type.replaceFirst("\\[]$", "...") : type) + " "
                    + parameters[i].getName());
        }
        return String.join(", ", described);
    }

    private static String exceptions(Executable executable) {
        AnnotatedType[] exceptions = executable.getAnnotatedExceptionTypes();
        return exceptions.length == 0 ? "" : " throws " + names(exceptions);
    }

    private static String typeParameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + bounds(variable))
                        .collect(joining(", ", "<", ">"));
    }

    private static String bounds(TypeVariable<?> variable) {
        String bounds = Arrays.stream(variable.getAnnotatedBounds())
                .map(ApiSurface::name)
                .filter(bound -> !bound.equals("java.lang.Object"))
                .collect(joining(" & "));
        return bounds.isEmpty() ? "" : " extends " + bounds;
    }

    private static String names(AnnotatedType[] types) {
        return Arrays.stream(types).map(ApiSurface::name).collect(joining(", "));
    }

    /** Moves the annotation of {@code java.lang.@org.jspecify.annotations.Nullable() String} to the front, which is easier to read. */
    private static String name(AnnotatedType type) {
        return type.toString()
                .replaceAll("([\\w.$]*)@org\\.jspecify\\.annotations\\.Nullable\\(\\) ", "@Nullable $1")
                .replace('$', '.');
    }

    private static <T extends AnnotatedElement & Member> String marks(T member) {
        int shown = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
        boolean impliedFinal = member instanceof Method
                && Modifier.isFinal(member.getDeclaringClass().getModifiers());
        boolean impliedAbstract = member.getDeclaringClass().isInterface();
        return deprecation(member)
                + modifiers(member.getModifiers()
                        & shown
                        & ~(impliedFinal ? Modifier.FINAL : 0)
                        & ~(impliedAbstract ? Modifier.ABSTRACT : 0));
    }

    private static String modifiers(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    private static String deprecation(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
    }

    private static boolean isVisible(Class<?> type) {
        return isVisible(type.getModifiers())
                && !type.isSynthetic()
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isVisible(Member member) {
        boolean inherited = !Modifier.isFinal(member.getDeclaringClass().getModifiers());
        return !member.isSynthetic()
                && (Modifier.isPublic(member.getModifiers())
                        || (Modifier.isProtected(member.getModifiers()) && inherited))
                && !(member instanceof Field field && field.isEnumConstant());
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static boolean isGivenToEveryType(Method method) {
        Class<?> type = method.getDeclaringClass();
        return Set.of("equals", "hashCode", "toString").contains(method.getName())
                || (type.isEnum() && Set.of("values", "valueOf").contains(method.getName()))
                || (type.isRecord() && isAccessor(type, method));
    }

    private static boolean isToldByTheHeading(Constructor<?> constructor) {
        Class<?> type = constructor.getDeclaringClass();
        return type.isRecord()
                && Arrays.equals(
                        constructor.getParameterTypes(),
                        Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toArray(Class<?>[]::new));
    }

    private static boolean isAccessor(Class<?> type, Method method) {
        return method.getParameterCount() == 0
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(method.getName()));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiSurface.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the class files beside the tests are those of the library", e);
        }
    }
}
