package io.nesteddocker.internal.seeds;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A database file of bbolt, which is written or read as a whole. It consists of buckets with keys, each of which has a value or is a bucket
 * itself.
 *
 * <p>The file consists of pages: two with the meta data, one for the list of free pages, which is empty, and the trees of the buckets. A
 * small bucket without buckets in it is stored in its parent's page.
 *
 * @see <a href="https://github.com/etcd-io/bbolt/tree/main/internal/common">bbolt: the layout of pages, meta data and buckets</a>
 */
final class BoltFile {

    static final int PAGE_HEADER = 16;
    static final int ELEMENT = 16;
    static final int BUCKET_HEADER = 16;
    static final int BRANCH_PAGE = 0x01;
    static final int LEAF_PAGE = 0x02;
    static final int META_PAGE = 0x04;
    static final int FREE_LIST_PAGE = 0x10;
    static final int BUCKET_FLAG = 0x01;
    static final int MAGIC = 0xED0CDAED;
    static final int VERSION = 2;
    static final int META_PAGES = 2;
    static final int LENGTH_BEFORE_CHECKSUM = 56;

    private BoltFile() {}

    /** Returns the file that has this bucket as its root, which has no name. */
    static byte[] of(BoltBucket root) {
        return new BoltWriter().file(root);
    }

    /**
     * Reads a file.
     *
     * @return the root bucket, which has no name
     * @throws SeedException if it is not such a file, or was changed while it was copied
     */
    static BoltBucket read(byte[] file) {
        return new BoltReader(file).root();
    }

    static ByteBuffer littleEndian(byte[] page) {
        return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the checksum of the meta data: FNV-1a with 64 bits. */
    static long fnv(byte[] bytes, int offset, int length) {
        long hash = 0xCBF29CE484222325L;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }
}
