package io.nesteddocker.internal.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies of collections with one more element, in the order in which the elements were added. */
final class Copies {

    private Copies() {}

    /** A list with one more element at its end. */
    static <T> List<T> plus(List<T> list, T element) {
        List<T> copy = new ArrayList<>(list);
        copy.add(element);
        return List.copyOf(copy);
    }

    /** The same for a list that has each element once. */
    static <T> List<T> plusOnce(List<T> list, T element) {
        return list.contains(element) ? list : plus(list, element);
    }

    /** A map with one more entry, which replaces that of the same key. */
    static <K, V> Map<K, V> plus(Map<K, V> map, K key, V value) {
        Map<K, V> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return Collections.unmodifiableMap(copy);
    }
}
