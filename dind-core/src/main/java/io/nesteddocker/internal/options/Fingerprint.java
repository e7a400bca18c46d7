package io.nesteddocker.internal.options;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.Proxies;
import io.nesteddocker.internal.Sha256;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A hash of all options, by which another program detects whether a daemon equals the daemon that it would start itself.
 *
 * <p>The hash covers passwords, so it is stored in a file that only root in the daemon container can read. Listeners and clients are left
 * out.
 */
final class Fingerprint {

    private final StringBuilder text = new StringBuilder();

    private Fingerprint() {}

    static String of(Record options) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(options);
        return Sha256.hex(fingerprint.text.toString());
    }

    private void add(Object value) {
        if (value instanceof Optional<?> optional) {
            addAll("optional", optional.stream().filter(Fingerprint::counts).toList());
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, mapped) -> sorted.put(String.valueOf(key), mapped));
            addAll("keys", sorted.keySet());
            addAll("values", sorted.values());
        } else if (value instanceof Collection<?> collection) {
            addAll("list", collection);
        } else if (value instanceof Record parts) {
            addRecord(parts);
        } else {
            String plain = value instanceof Proxies proxies ? allOf(proxies) : String.valueOf(value);
            text.append(plain.length()).append(':').append(plain);
        }
    }

    private static boolean counts(Object value) {
        return !(value instanceof Consumer || value instanceof ProgressListener || value instanceof DockerClient);
    }

    /** Returns all parts of the proxies; {@link Proxies#toString()} omits the addresses. */
    private static String allOf(Proxies proxies) {
        return String.join(
                " ", proxies.toString(), proxies.http(), proxies.https(), String.join(",", proxies.exceptions()));
    }

    private void addAll(String kind, Collection<?> values) {
        text.append(kind).append(values.size()).append('(');
        values.forEach(this::add);
        text.append(')');
    }

    private void addRecord(Record parts) {
        text.append(parts.getClass().getSimpleName()).append('(');
        for (RecordComponent part : parts.getClass().getRecordComponents()) {
            try {
                add(part.getAccessor().invoke(parts));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("The component " + part + " of the options can't be read.", e);
            }
        }
        text.append(')');
    }
}
