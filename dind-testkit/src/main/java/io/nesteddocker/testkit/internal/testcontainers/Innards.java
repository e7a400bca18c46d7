package io.nesteddocker.testkit.internal.testcontainers;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * Reaches what Testcontainers keeps to itself. It has one engine for each JVM and no way to say another, so there is no other way in; the
 * names have been the same since 1.21.
 */
final class Innards {

    private Innards() {}

    /** A factory beside the one that everybody uses. */
    static DockerClientFactory anotherFactory() {
        try {
            Constructor<DockerClientFactory> constructor = DockerClientFactory.class.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(DockerClientFactory.class.getName(), "a constructor", e);
        }
    }

    /** What a static field holds. */
    static Object ofClass(String className, String field) {
        try {
            Class<?> type = Class.forName(className, true, Innards.class.getClassLoader());
            Object value = accessible(type, field).get(null);
            if (value == null) {
                throw new NoSuchFieldException(field);
            }
            return value;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(className, field, e);
        }
    }

    /** What a field of an object holds. */
    static @Nullable Object of(Object owner, String field) {
        try {
            return accessible(owner.getClass(), field).get(owner);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(owner.getClass().getName(), field, e);
        }
    }

    /** Puts something into a field of an object. */
    static void put(Object owner, String field, @Nullable Object value) {
        try {
            accessible(owner.getClass(), field).set(owner, value);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(owner.getClass().getName(), field, e);
        }
    }

    private static Field accessible(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static IllegalStateException unknown(String owner, String member, Exception cause) {
        return new IllegalStateException(
                "Tried to lead Testcontainers " + DockerClientFactory.TESTCONTAINERS_VERSION
                        + " to a nested daemon but " + owner + " has no " + member
                        + " that can be used (" + cause + "); use Testcontainers 1.21.4 or 2.0.5.",
                cause);
    }
}
