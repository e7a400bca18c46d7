package io.nesteddocker.testkit.internal.testcontainers;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * Accesses private members of Testcontainers by reflection. Testcontainers uses one engine for each JVM and has no API to choose another,
 * so there is no other way. The names of these members have not changed since 1.21.
 */
final class PrivateMembers {

    private PrivateMembers() {}

    /** Creates another factory beside the one that all callers of Testcontainers share. */
    static DockerClientFactory anotherFactory() {
        try {
            Constructor<DockerClientFactory> constructor = DockerClientFactory.class.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(DockerClientFactory.class.getName(), "a constructor", e);
        }
    }

    /** Returns the value of a static field, which must not be null. */
    static Object ofClass(String className, String field) {
        try {
            Class<?> type = Class.forName(className, true, PrivateMembers.class.getClassLoader());
            Object value = accessible(type, field).get(null);
            if (value == null) {
                throw new NoSuchFieldException(field);
            }
            return value;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(className, field, e);
        }
    }

    /** Returns the value of a field of an object. */
    static @Nullable Object of(Object owner, String field) {
        try {
            return accessible(owner.getClass(), field).get(owner);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(owner.getClass().getName(), field, e);
        }
    }

    /** Sets the value of a field of an object. */
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
                "Tried to direct Testcontainers " + DockerClientFactory.TESTCONTAINERS_VERSION
                        + " to a nested daemon but " + owner + " has no " + member
                        + " that can be used (" + cause + "); use Testcontainers 1.21.4 or 2.0.5.",
                cause);
    }
}
