package io.nesteddocker.internal.seeds;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A bucket of a bbolt database, before it is written or after it was read. Not thread-safe. */
final class BoltBucket {

    private final Map<byte[], Object> entries = new TreeMap<>(Arrays::compareUnsigned);
    private long sequence;

    /** Returns the bucket with a name in this bucket. Creates it if it is missing. */
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

    /** Sets the last number that the bucket has assigned. */
    void sequence(long last) {
        sequence = last;
    }

    /** Adds a bucket of another file to this one, with its contents. */
    BoltBucket put(String name, BoltBucket bucket) {
        entries.put(bytes(name), bucket);
        return this;
    }

    /** Returns the bucket with a name in this bucket, or an empty bucket if there is none. */
    BoltBucket find(String name) {
        return entries.get(bytes(name)) instanceof BoltBucket bucket ? bucket : new BoltBucket();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns the value of a key as a text; empty if there is none. */
    String text(String name) {
        return new String(value(name), StandardCharsets.UTF_8);
    }

    /** Returns the value of a key; empty if there is none. */
    byte[] value(String name) {
        return entries.get(bytes(name)) instanceof byte[] value ? value.clone() : new byte[0];
    }

    /** Returns the keys as texts, in order. */
    List<String> names() {
        return entries.keySet().stream()
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .toList();
    }

    /** Returns the entries in order; each value is a byte array or a bucket. */
    Map<byte[], Object> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Adds a bucket under a key that is not a text. */
    void put(byte[] name, BoltBucket bucket) {
        entries.put(name, bucket);
    }

    /** Passes each key that has a value, and this value, to the consumer, in order. */
    void forEachValue(BiConsumer<byte[], byte[]> taker) {
        entries.forEach((key, value) -> {
            if (value instanceof byte[] bytes) {
                taker.accept(key, bytes);
            }
        });
    }

    /** Returns the last number that the bucket has assigned. */
    long sequence() {
        return sequence;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
