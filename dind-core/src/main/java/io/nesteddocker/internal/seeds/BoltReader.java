package io.nesteddocker.internal.seeds;

import static io.nesteddocker.internal.seeds.BoltFile.BRANCH_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.BUCKET_FLAG;
import static io.nesteddocker.internal.seeds.BoltFile.BUCKET_HEADER;
import static io.nesteddocker.internal.seeds.BoltFile.ELEMENT;
import static io.nesteddocker.internal.seeds.BoltFile.LEAF_PAGE;
import static io.nesteddocker.internal.seeds.BoltFile.LENGTH_BEFORE_CHECKSUM;
import static io.nesteddocker.internal.seeds.BoltFile.MAGIC;
import static io.nesteddocker.internal.seeds.BoltFile.META_PAGES;
import static io.nesteddocker.internal.seeds.BoltFile.PAGE_HEADER;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Reads all buckets of a {@link BoltFile}. For use by one thread. */
final class BoltReader {

    private static final int PAGE_SIZE_IN_META = 8;
    private static final int ROOT_IN_META = 16;
    private static final int TRANSACTION_IN_META = 48;
    private static final int SMALLEST_PAGE = 512;
    private static final int DEEPEST = 100;

    private final byte[] file;
    private final ByteBuffer content;
    private int pageSize;

    BoltReader(byte[] file) {
        this.file = file;
        content = BoltFile.littleEndian(file);
    }

    /** Returns the root bucket. Throws a {@link SeedException} if it can't be read. */
    BoltBucket root() {
        try {
            pageSize = content.getInt(PAGE_HEADER + PAGE_SIZE_IN_META);
            return bucket(newestMeta() + ROOT_IN_META, 0);
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new SeedException("a database of containerd can't be read: " + e.getMessage());
        }
    }

    private int newestMeta() {
        int newest = -1;
        for (int number = 0; number < META_PAGES && pageSize >= SMALLEST_PAGE; number++) {
            int meta = number * pageSize + PAGE_HEADER;
            if (isSound(meta)
                    && (newest < 0
                            || content.getLong(meta + TRANSACTION_IN_META)
                                    > content.getLong(newest + TRANSACTION_IN_META))) {
                newest = meta;
            }
        }
        if (newest < 0) {
            throw new SeedException("a database of containerd has no valid beginning");
        }
        return newest;
    }

    private boolean isSound(int meta) {
        return content.getInt(meta) == MAGIC
                && content.getLong(meta + LENGTH_BEFORE_CHECKSUM) == BoltFile.fnv(file, meta, LENGTH_BEFORE_CHECKSUM);
    }

    private BoltBucket bucket(int header, int depth) {
        BoltBucket bucket = new BoltBucket();
        bucket.sequence(content.getLong(header + Long.BYTES));
        long root = content.getLong(header);
        readPage(root == 0 ? header + BUCKET_HEADER : offset(root), bucket, depth);
        return bucket;
    }

    private int offset(long page) {
        return Math.toIntExact(Math.multiplyExact(page, pageSize));
    }

    private void readPage(int page, BoltBucket target, int depth) {
        int kind = content.getShort(page + 8);
        if (depth > DEEPEST || (kind != LEAF_PAGE && kind != BRANCH_PAGE)) {
            throw new SeedException("a database of containerd is damaged");
        }
        boolean leaf = kind == LEAF_PAGE;
        int count = Short.toUnsignedInt(content.getShort(page + 10));
        for (int i = 0; i < count; i++) {
            int element = page + PAGE_HEADER + ELEMENT * i;
            if (!leaf) {
                readPage(offset(content.getLong(element + 8)), target, depth + 1);
                continue;
            }
            int start = element + content.getInt(element + 4);
            byte[] key = bytes(start, content.getInt(element + 8));
            if ((content.getInt(element) & BUCKET_FLAG) != 0) {
                target.put(key, bucket(start + key.length, depth + 1));
            } else {
                target.put(key, bytes(start + key.length, content.getInt(element + 12)));
            }
        }
    }

    private byte[] bytes(int start, int length) {
        // A damaged length must not cause an allocation larger than the file.
        Objects.checkFromIndexSize(start, length, file.length);
        return Arrays.copyOfRange(file, start, start + length);
    }
}
