package io.nesteddocker.internal.seeds;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A bucket of a database of bbolt, on its way into a file or out of one. Not thread-safe. */
final class BoltBucket {

    private final Map<byte[], Object> entries = new TreeMap<>(Arrays::compareUnsigned);
    private long sequence;

    /** The bucket in it with a name, which is made where it is missing. */
    BoltBucket bucket(String name) {
        return (BoltBucket) entries.computeIfAbsent(bytes(name), key -> new BoltBucket());
    }

    BoltBucket put(String name, byte[] value) {
        return put(bytes(name), value);
    }

    BoltBucket put(String name, String value) {
        return put(name, bytes(value));
    }

    BoltBucket put(byte[] name, byte[] value) {
        entries.put(name, value.clone());
        return this;
    }

    /** Sets the last number that the bucket has given away. */
    void sequence(long last) {
        sequence = last;
    }

    /** Puts a bucket of another file into this one, with all that is in it. */
    BoltBucket put(String name, BoltBucket bucket) {
        entries.put(bytes(name), bucket);
        return this;
    }

    /** The bucket in it with a name, or an empty one where there is none. */
    BoltBucket find(String name) {
        return entries.get(bytes(name)) instanceof BoltBucket bucket ? bucket : new BoltBucket();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The value of a key as a text; empty where there is none. */
    String text(String name) {
        return new String(value(name), StandardCharsets.UTF_8);
    }

    /** The value of a key; empty where there is none. */
    byte[] value(String name) {
        return entries.get(bytes(name)) instanceof byte[] value ? value.clone() : new byte[0];
    }

    /** Its keys as texts, in order. */
    List<String> names() {
        return entries.keySet().stream()
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .toList();
    }

    /** Its entries in order; each value is an array of bytes or a bucket. */
    Map<byte[], Object> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Puts a bucket under a key that is no text. */
    void put(byte[] name, BoltBucket bucket) {
        entries.put(name, bucket);
    }

    /** Its keys that have values, with these, in order. */
    void forEachValue(BiConsumer<byte[], byte[]> taker) {
        entries.forEach((key, value) -> {
            if (value instanceof byte[] bytes) {
                taker.accept(key, bytes);
            }
        });
    }

    /** The last number that the bucket has given away. */
    long sequence() {
        return sequence;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
