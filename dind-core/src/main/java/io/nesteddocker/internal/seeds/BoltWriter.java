package io.nesteddocker.internal.seeds;

import static io.nesteddocker.internal.seeds.BoltFile.BRANCH_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.BUCKET_FLAG;
import static io.nesteddocker.internal.seeds.BoltFile.BUCKET_HEADER;
import static io.nesteddocker.internal.seeds.BoltFile.ELEMENT;
import static io.nesteddocker.internal.seeds.BoltFile.FREE_LIST_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.LEAF_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.LENGTH_BEFORE_CHECKSUM;
import static io.nesteddocker.internal.seeds.BoltFile.MAGIC;
import static io.nesteddocker.internal.seeds.BoltFile.META_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.META_PAGES;
import static io.nesteddocker.internal.seeds.BoltFile.PAGE_HEADER;
import static io.nesteddocker.internal.seeds.BoltFile.VERSION;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes one {@link BoltFile}. For use by one thread. */
final class BoltWriter {

    private static final int PAGE = 4096;
    private static final int LARGEST_INLINE = PAGE / 4;
    private static final int FREE_LIST = 2;

    private final List<byte[]> pages = new ArrayList<>();
    private int pageCount = FREE_LIST + 1;

    /**
     * An element of a page.
     *
     * @param flagsOrPage in a leaf, whether the element is a bucket; in a branch, the number of the child page
     * @param value empty in a branch
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Element(long flagsOrPage, byte[] key, byte[] value) {

        int size() {
            return ELEMENT + key.length + value.length;
        }
    }

    /** Returns the file that has this bucket as its root, which has no name. */
    byte[] file(BoltBucket root) {
        long rootPage = tree(elements(root));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int number = 0; number < META_PAGES; number++) {
            all.writeBytes(meta(number, rootPage, root.sequence(), pageCount));
        }
        all.writeBytes(page(FREE_LIST, FREE_LIST_PAGE, 0, PAGE));
        pages.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private List<Element> elements(BoltBucket bucket) {
        List<Element> elements = new ArrayList<>();
        bucket.entries()
                .forEach((key, value) -> elements.add(
                        value instanceof BoltBucket child
                                ? new Element(BUCKET_FLAG, key, bucketValue(child))
                                : new Element(0, key, (byte[]) value)));
        return elements;
    }

    private byte[] bucketValue(BoltBucket bucket) {
        if (isInline(bucket)) {
            byte[] page = inline(elements(bucket));
            return ByteBuffer.allocate(BUCKET_HEADER + page.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0)
                    .putLong(bucket.sequence())
                    .put(page)
                    .array();
        }
        return ByteBuffer.allocate(BUCKET_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(tree(elements(bucket)))
                .putLong(bucket.sequence())
                .array();
    }

    private static boolean isInline(BoltBucket bucket) {
        int size = PAGE_HEADER;
        for (Map.Entry<byte[], Object> entry : bucket.entries().entrySet()) {
            if (entry.getValue() instanceof BoltBucket) {
                return false;
            }
            size += ELEMENT + entry.getKey().length + ((byte[]) entry.getValue()).length;
        }
        return size <= LARGEST_INLINE;
    }

    /** Writes the pages of a tree and returns the number of the root page. */
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

    /** Splits the elements into parts that each fit into a page. */
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

    /**
     * Ensures that each branch has at least two elements. Keys are short enough for two in a page, so only the last branch may have had too
     * few.
     */
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
        int rounded = (size(elements) + PAGE - 1) / PAGE * PAGE;
        pageCount += rounded / PAGE;
        pages.add(page(number, kind, elements, rounded));
        return number;
    }

    /** Returns a page that is only as long as its content. */
    private static byte[] inline(List<Element> elements) {
        return page(0, LEAF_PAGE, elements, size(elements));
    }

    private static int size(List<Element> elements) {
        return PAGE_HEADER + elements.stream().mapToInt(Element::size).sum();
    }

    private static byte[] page(long number, int kind, List<Element> elements, int length) {
        byte[] page = page(number, kind, elements.size(), length);
        int position = PAGE_HEADER + ELEMENT * elements.size();
        int header = PAGE_HEADER;
        for (Element element : elements) {
            ByteBuffer content = BoltFile.littleEndian(page).position(header);
            int offset = position - header;
            if (kind == LEAF_PAGE) {
                content.putInt((int) element.flagsOrPage)
                        .putInt(offset)
                        .putInt(element.key.length)
                        .putInt(element.value.length);
            } else {
                content.putInt(offset).putInt(element.key.length).putLong(element.flagsOrPage);
            }
            content.position(position).put(element.key).put(element.value);
            position = content.position();
            header += ELEMENT;
        }
        return page;
    }

    private static byte[] page(long number, int kind, int count, int length) {
        byte[] page = new byte[length];
        BoltFile.littleEndian(page)
                .putLong(number)
                .putShort((short) kind)
                .putShort((short) count)
                .putInt(Math.max(0, length / PAGE - 1));
        return page;
    }

    private static byte[] meta(int number, long root, long sequence, long pageCount) {
        byte[] page = page(number, META_PAGE, 0, PAGE);
        ByteBuffer content = BoltFile.littleEndian(page).position(PAGE_HEADER);
        content.putInt(MAGIC).putInt(VERSION).putInt(PAGE).putInt(0);
        content.putLong(root).putLong(sequence).putLong(FREE_LIST).putLong(pageCount);
        // The transaction number. The page with the higher number is valid, and the first page has an even number.
        content.putLong(number);
        content.putLong(BoltFile.fnv(page, PAGE_HEADER, LENGTH_BEFORE_CHECKSUM));
        return page;
    }
}
