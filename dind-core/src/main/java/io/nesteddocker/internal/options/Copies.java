package io.nesteddocker.internal.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies collections and adds an element. The order of the elements is kept. */
final class Copies {

    private Copies() {}

    /** Returns a list with one more element at its end. */
    static <T> List<T> plus(List<T> list, T element) {
        List<T> copy = new ArrayList<>(list);
        copy.add(element);
        return List.copyOf(copy);
    }

    /** Returns a list with one more element at its end, unless the list contains that element. */
    static <T> List<T> plusOnce(List<T> list, T element) {
        return list.contains(element) ? list : plus(list, element);
    }

    /** Returns a map with one more entry, which replaces an entry with the same key. */
    static <K, V> Map<K, V> plus(Map<K, V> map, K key, V value) {
        Map<K, V> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return Collections.unmodifiableMap(copy);
    }
}
