package io.nesteddocker.nativeimage;

import com.fasterxml.jackson.core.type.TypeReference;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DockerClientImpl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The classes of docker-java whose members Jackson uses by reflection, found in the jars on the class path.
 *
 * <p>The search begins with the classes that have Jackson's annotations and with the types of the commands' responses. It continues with
 * their supertypes, the types of their properties, their subclasses, and classes that annotations name, such as deserializers.
 */
final class DockerJavaTypes {

    private static final String DOCKER_JAVA = "com.github.dockerjava.";
    private static final String MODEL = DOCKER_JAVA + "api.model.";
    private static final String JACKSON = "com.fasterxml.jackson.";

    private final SortedSet<String> classes = new TreeSet<>();
    private final SortedSet<String> arrays = new TreeSet<>();
    private final Deque<Class<?>> pending = new ArrayDeque<>();
    private final List<Class<?>> inJars = Stream.of(DockerClient.class, DockerClientImpl.class)
            .flatMap(inJar -> classesBeside(inJar).stream())
            .toList();

    private DockerJavaTypes() {}

    /** Searches the jars of docker-java's API and core. */
    static DockerJavaTypes ofTheClassPath() {
        DockerJavaTypes types = new DockerJavaTypes();
        types.inJars.forEach(types::start);
        types.goOn();
        types.addSubclasses();
        types.goOn();
        return types;
    }

    /** Returns the classes that Jackson instantiates and whose members it reads and writes. */
    SortedSet<String> classes() {
        return classes;
    }

    /** Returns the arrays that Jackson creates for properties, in the notation {@code Bind[]}. */
    SortedSet<String> arrays() {
        return arrays;
    }

    private static List<Class<?>> classesBeside(Class<?> inJar) {
        try (JarFile jar = new JarFile(Path.of(inJar.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toFile())) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .<Class<?>>map(name -> load(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.')))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, DockerJavaTypes.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(Class<?> type) {
        if (type.getGenericSuperclass() instanceof ParameterizedType parent
                && parent.getRawType() == TypeReference.class) {
            follow(parent.getActualTypeArguments()[0]);
        }
        try {
            if (annotated(type).anyMatch(DockerJavaTypes::isJacksons)) {
                add(type);
            }
        } catch (NoClassDefFoundError e) {
            // The members need BouncyCastle, which the library excludes; Jackson could not read them either.
        }
    }

    private void add(Class<?> type) {
        if (type.getName().startsWith(DOCKER_JAVA) && classes.add(type.getName())) {
            pending.add(type);
        }
    }

    private void goOn() {
        while (!pending.isEmpty()) {
            goOnFrom(pending.remove());
        }
    }

    /** Adds the subclasses of model classes, because the value of a property can be an instance of a subclass. */
    private void addSubclasses() {
        for (Class<?> type : inJars) {
            Class<?> parent = type.getSuperclass();
            if (parent != null && parent.getName().startsWith(MODEL) && classes.contains(parent.getName())) {
                add(type);
            }
        }
    }

    private void goOnFrom(Class<?> type) {
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .forEach(this::add);
        annotated(type)
                .flatMap(element -> Arrays.stream(element.getAnnotations()))
                .filter(DockerJavaTypes::isJacksons)
                .forEach(this::followNames);
        for (Field field : type.getDeclaredFields()) {
            follow(field.getGenericType());
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isJacksons(method) || method.getParameterCount() == 0) {
                follow(method.getGenericReturnType());
            }
        }
        executables(type)
                .filter(executable -> isJacksons(executable)
                        || Arrays.stream(executable.getParameters()).anyMatch(DockerJavaTypes::isJacksons))
                .flatMap(executable -> Arrays.stream(executable.getGenericParameterTypes()))
                .forEach(this::follow);
    }

    /** Adds the classes that are values of an annotation, for example {@code using = Ports.Deserializer.class}. */
    private void followNames(Annotation annotation) {
        for (Method value : annotation.annotationType().getDeclaredMethods()) {
            try {
                if (value.invoke(annotation) instanceof Class<?> named) {
                    add(named);
                }
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void follow(Type type) {
        if (type instanceof ParameterizedType generic) {
            follow(generic.getRawType());
            Arrays.stream(generic.getActualTypeArguments()).forEach(this::follow);
        } else if (type instanceof WildcardType wildcard) {
            Arrays.stream(wildcard.getUpperBounds()).forEach(this::follow);
        } else if (type instanceof GenericArrayType array) {
            follow(array.getGenericComponentType());
        } else if (type instanceof Class<?> named && named.isArray()) {
            if (named.getComponentType().getName().startsWith(DOCKER_JAVA)) {
                arrays.add(named.getComponentType().getName() + "[]");
            }
            follow(named.getComponentType());
        } else if (type instanceof Class<?> named && !named.isInterface()) {
            add(named);
        }
    }

    private static Stream<AnnotatedElement> annotated(Class<?> type) {
        Collection<AnnotatedElement> elements = new ArrayList<>(List.of(type));
        elements.addAll(List.of(type.getDeclaredFields()));
        executables(type).forEach(executable -> {
            elements.add(executable);
            elements.addAll(List.of(executable.getParameters()));
        });
        return elements.stream();
    }

    private static Stream<Executable> executables(Class<?> type) {
        return Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()));
    }

    private static boolean isJacksons(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations()).anyMatch(DockerJavaTypes::isJacksons);
    }

    private static boolean isJacksons(Annotation annotation) {
        return annotation.annotationType().getName().startsWith(JACKSON);
    }
}
