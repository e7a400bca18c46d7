package io.nesteddocker.internal.seeds;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A database file of bbolt, written or read at once: buckets with keys, each of which has a value or is a bucket itself. Not thread-safe.
 *
 * <p>The file consists of pages: two with the meta data, one for the list of free pages, which is empty, and the trees of the buckets. A
 * bucket that is small and has no buckets in it is kept in its parent's page.
 *
 * @see <a href="https://github.com/etcd-io/bbolt/tree/main/internal/common">bbolt: the layout of pages, meta data and buckets</a>
 */
final class BoltFile {

    private static final int PAGE = 4096;
    private static final int PAGE_HEADER = 16;
    private static final int ELEMENT = 16;
    private static final int BUCKET_HEADER = 16;
    private static final int LARGEST_INLINE = PAGE / 4;
    private static final int BRANCH_PAGE = 0x01;
    private static final int LEAF_PAGE = 0x02;
    private static final int META_PAGE = 0x04;
    private static final int FREE_LIST_PAGE = 0x10;
    private static final int BUCKET_FLAG = 0x01;
    private static final int MAGIC = 0xED0CDAED;
    private static final int VERSION = 2;
    private static final int META_PAGES = 2;
    private static final int PAGE_SIZE_IN_META = 8;
    private static final int ROOT_IN_META = 16;
    private static final int TRANSACTION_IN_META = 48;
    private static final int SMALLEST_PAGE = 512;
    private static final int DEEPEST = 100;
    private static final int FREE_LIST = 2;
    private static final int LENGTH_BEFORE_CHECKSUM = 56;

    private final List<byte[]> pages = new ArrayList<>();
    private int pageCount = FREE_LIST + 1;

    private BoltFile() {}

    /** A bucket on its way into a file, or out of one. */
    static final class Bucket {

        private final Map<byte[], Object> entries = new TreeMap<>(Arrays::compareUnsigned);
        private long sequence;

        /** The bucket in it with a name, which is made where it is missing. */
        Bucket bucket(String name) {
            return (Bucket) entries.computeIfAbsent(bytes(name), key -> new Bucket());
        }

        Bucket put(String name, byte[] value) {
            return put(bytes(name), value);
        }

        Bucket put(String name, String value) {
            return put(name, bytes(value));
        }

        Bucket put(byte[] name, byte[] value) {
            entries.put(name, value.clone());
            return this;
        }

        /** Sets the last number that the bucket has given away. */
        void sequence(long last) {
            sequence = last;
        }

        /** Puts a bucket of another file into this one, with all that is in it. */
        Bucket put(String name, Bucket bucket) {
            entries.put(bytes(name), bucket);
            return this;
        }

        /** The bucket in it with a name, or an empty one where there is none. */
        Bucket find(String name) {
            return entries.get(bytes(name)) instanceof Bucket bucket ? bucket : new Bucket();
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

        private boolean isInline() {
            int size = PAGE_HEADER;
            for (Map.Entry<byte[], Object> entry : entries.entrySet()) {
                if (entry.getValue() instanceof Bucket) {
                    return false;
                }
                size += ELEMENT + entry.getKey().length + ((byte[]) entry.getValue()).length;
            }
            return size <= LARGEST_INLINE;
        }
    }

    /** An element of a page. */
    private static final class Element {

        /** In a leaf, whether it is a bucket; in a branch, the page that it leads to. */
        private final long flagsOrPage;

        private final byte[] key;

        /** Empty in a branch. */
        private final byte[] value;

        Element(long flagsOrPage, byte[] key, byte[] value) {
            this.flagsOrPage = flagsOrPage;
            this.key = key;
            this.value = value;
        }

        int size() {
            return ELEMENT + key.length + value.length;
        }
    }

    /** The file with a bucket that has no name as its root. */
    static byte[] of(Bucket root) {
        BoltFile file = new BoltFile();
        long rootPage = file.tree(file.elements(root));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int number = 0; number < META_PAGES; number++) {
            all.writeBytes(meta(number, rootPage, root.sequence, file.pageCount));
        }
        all.writeBytes(page(FREE_LIST, FREE_LIST_PAGE, 0, PAGE));
        file.pages.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /**
     * Reads a file.
     *
     * @return the bucket that has no name
     * @throws SeedException if it is no such file, or was written while it was copied
     */
    static Bucket read(byte[] file) {
        ByteBuffer content = littleEndian(file);
        try {
            int pageSize = content.getInt(PAGE_HEADER + PAGE_SIZE_IN_META);
            int newest = -1;
            for (int number = 0; number < META_PAGES && pageSize >= SMALLEST_PAGE; number++) {
                int meta = number * pageSize + PAGE_HEADER;
                if (isSound(file, meta)
                        && (newest < 0
                                || content.getLong(meta + TRANSACTION_IN_META)
                                        > content.getLong(newest + TRANSACTION_IN_META))) {
                    newest = meta;
                }
            }
            if (newest < 0) {
                throw new SeedException("a database of containerd has no sound beginning");
            }
            return readBucket(content, pageSize, newest + ROOT_IN_META, 0);
        } catch (IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
            throw new SeedException("a database of containerd can't be read: " + e.getMessage());
        }
    }

    private static boolean isSound(byte[] file, int meta) {
        ByteBuffer content = littleEndian(file);
        return content.getInt(meta) == MAGIC
                && content.getLong(meta + LENGTH_BEFORE_CHECKSUM) == fnv(file, meta, LENGTH_BEFORE_CHECKSUM);
    }

    private static Bucket readBucket(ByteBuffer content, int pageSize, int header, int depth) {
        Bucket bucket = new Bucket();
        bucket.sequence(content.getLong(header + Long.BYTES));
        long root = content.getLong(header);
        readPage(content, pageSize, root == 0 ? header + BUCKET_HEADER : offset(root, pageSize), bucket, depth);
        return bucket;
    }

    private static int offset(long page, int pageSize) {
        return Math.toIntExact(Math.multiplyExact(page, pageSize));
    }

    private static void readPage(ByteBuffer content, int pageSize, int page, Bucket target, int depth) {
        int kind = content.getShort(page + 8);
        if (depth > DEEPEST || (kind != LEAF_PAGE && kind != BRANCH_PAGE)) {
            throw new SeedException("a database of containerd is damaged");
        }
        boolean leaf = kind == LEAF_PAGE;
        int count = Short.toUnsignedInt(content.getShort(page + 10));
        for (int i = 0; i < count; i++) {
            int element = page + PAGE_HEADER + ELEMENT * i;
            if (!leaf) {
                readPage(content, pageSize, offset(content.getLong(element + 8), pageSize), target, depth + 1);
                continue;
            }
            int start = element + content.getInt(element + 4);
            byte[] key = new byte[content.getInt(element + 8)];
            content.get(start, key);
            if ((content.getInt(element) & BUCKET_FLAG) != 0) {
                target.entries.put(key, readBucket(content, pageSize, start + key.length, depth + 1));
            } else {
                byte[] value = new byte[content.getInt(element + 12)];
                content.get(start + key.length, value);
                target.entries.put(key, value);
            }
        }
    }

    private List<Element> elements(Bucket bucket) {
        List<Element> elements = new ArrayList<>();
        bucket.entries.forEach((key, value) -> elements.add(
                value instanceof Bucket child
                        ? new Element(BUCKET_FLAG, key, bucketValue(child))
                        : new Element(0, key, (byte[]) value)));
        return elements;
    }

    private byte[] bucketValue(Bucket bucket) {
        if (bucket.isInline()) {
            byte[] page = leaf(0, elements(bucket), 0);
            return ByteBuffer.allocate(BUCKET_HEADER + page.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0)
                    .putLong(bucket.sequence)
                    .put(page)
                    .array();
        }
        return ByteBuffer.allocate(BUCKET_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(tree(elements(bucket)))
                .putLong(bucket.sequence)
                .array();
    }

    /** Writes the pages of a tree and returns the number of its root's. */
    private long tree(List<Element> elements) {
        List<Element> level = new ArrayList<>();
        for (List<Element> part : split(elements)) {
            level.add(new Element(add(part, LEAF_PAGE), part.isEmpty() ? new byte[0] : part.get(0).key, new byte[0]));
        }
        while (level.size() > 1) {
            List<Element> above = new ArrayList<>();
            for (List<Element> part : atLeastTwo(split(level))) {
                above.add(new Element(add(part, BRANCH_PAGE), part.get(0).key, new byte[0]));
            }
            level = above;
        }
        return level.get(0).flagsOrPage;
    }

    /** Parts that fit into a page each. */
    private static List<List<Element>> split(List<Element> elements) {
        List<List<Element>> parts = new ArrayList<>();
        List<Element> part = new ArrayList<>();
        int size = PAGE_HEADER;
        for (Element element : elements) {
            if (!part.isEmpty() && size + element.size() > PAGE) {
                parts.add(part);
                part = new ArrayList<>();
                size = PAGE_HEADER;
            }
            part.add(element);
            size += element.size();
        }
        parts.add(part);
        return parts;
    }

    /** A branch needs two elements at least, which keys are short enough for; only the last one may have got too few. */
    private static List<List<Element>> atLeastTwo(List<List<Element>> parts) {
        List<Element> last = parts.get(parts.size() - 1);
        if (last.size() == 1 && parts.size() > 1 && parts.get(parts.size() - 2).size() > 2) {
            List<Element> before = parts.get(parts.size() - 2);
            last.add(0, before.remove(before.size() - 1));
        }
        return parts;
    }

    private long add(List<Element> elements, int kind) {
        int number = pageCount;
        int size = PAGE_HEADER + elements.stream().mapToInt(Element::size).sum();
        int rounded = (size + PAGE - 1) / PAGE * PAGE;
        pageCount += rounded / PAGE;
        pages.add(kind == LEAF_PAGE ? leaf(number, elements, rounded) : branch(number, elements, rounded));
        return number;
    }

    /** In a length of 0, the page is as long as its content. */
    private static byte[] leaf(long number, List<Element> elements, int length) {
        int size = PAGE_HEADER + elements.stream().mapToInt(Element::size).sum();
        byte[] page = page(number, LEAF_PAGE, elements.size(), length == 0 ? size : length);
        int position = PAGE_HEADER + ELEMENT * elements.size();
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            int header = PAGE_HEADER + ELEMENT * i;
            littleEndian(page)
                    .position(header)
                    .putInt((int) element.flagsOrPage)
                    .putInt(position - header)
                    .putInt(element.key.length)
                    .putInt(element.value.length)
                    .position(position)
                    .put(element.key)
                    .put(element.value);
            position += element.key.length + element.value.length;
        }
        return page;
    }

    private static byte[] branch(long number, List<Element> elements, int length) {
        byte[] page = page(number, BRANCH_PAGE, elements.size(), length);
        int position = PAGE_HEADER + ELEMENT * elements.size();
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            int header = PAGE_HEADER + ELEMENT * i;
            littleEndian(page)
                    .position(header)
                    .putInt(position - header)
                    .putInt(element.key.length)
                    .putLong(element.flagsOrPage)
                    .position(position)
                    .put(element.key);
            position += element.key.length;
        }
        return page;
    }

    private static byte[] page(long number, int kind, int count, int length) {
        byte[] page = new byte[length];
        littleEndian(page)
                .putLong(number)
                .putShort((short) kind)
                .putShort((short) count)
                .putInt(Math.max(0, length / PAGE - 1));
        return page;
    }

    private static byte[] meta(int number, long root, long sequence, long pageCount) {
        byte[] page = page(number, META_PAGE, 0, PAGE);
        ByteBuffer content = littleEndian(page).position(PAGE_HEADER);
        content.putInt(MAGIC).putInt(VERSION).putInt(PAGE).putInt(0);
        content.putLong(root).putLong(sequence).putLong(FREE_LIST).putLong(pageCount);
        // The number of the transaction; the higher one counts, and an even one is in the first page.
        content.putLong(number);
        content.putLong(fnv(page, PAGE_HEADER, LENGTH_BEFORE_CHECKSUM));
        return page;
    }

    private static ByteBuffer littleEndian(byte[] page) {
        return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The checksum of the meta data: FNV-1a with 64 bits. */
    private static long fnv(byte[] bytes, int offset, int length) {
        long hash = 0xCBF29CE484222325L;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
