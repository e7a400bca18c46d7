package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a reader of the format finds the right content. Tests with a daemon show that containerd can read it. */
class BoltFileTest {

    private static final int PAGE = 4096;

    @Test
    void bucketsOfEverySizeAreReadAsTheyWereWritten() {
        Map<String, Object> expected = new TreeMap<>();
        BoltBucket root = new BoltBucket();
        for (int size : new int[] {0, 1, 5, 50, 100, 5000}) {
            BoltBucket bucket = root.bucket("bucket-" + size);
            bucket.sequence(size);
            Map<String, Object> entries = new TreeMap<>();
            for (int i = 0; i < size; i++) {
                bucket.put("key-" + i, "value " + i);
                entries.put("key-" + i, "value " + i);
                if (i % 10 == 3) {
                    bucket.bucket("nested-" + i).put("only", "v".repeat(i));
                    entries.put("nested-" + i, new TreeMap<>(Map.of("only", "v".repeat(i), "#", 0L)));
                }
            }
            entries.put("#", (long) size);
            expected.put("bucket-" + size, entries);
        }
        expected.put("#", 0L);

        byte[] file = BoltFile.of(root);
        assertThat(new Reader(file).all()).isEqualTo(expected);
        assertThat(BoltFile.of(BoltFile.read(file))).isEqualTo(file);
    }

    @Test
    void whatIsNoDatabaseIsRefused() {
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> BoltFile.read(new byte[3 * PAGE]))
                .withMessageContaining("no valid beginning");
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> BoltFile.read(new byte[10]))
                .withMessageContaining("can't be read");
        byte[] cut = Arrays.copyOf(BoltFile.of(new BoltBucket()), 3 * PAGE);
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> BoltFile.read(cut))
                .withMessageContaining("can't be read");
    }

    @Test
    void aFileThatIsCutOffAnywhereIsRefusedOrLacksNothing() {
        BoltBucket root = new BoltBucket();
        for (int i = 0; i < 60; i++) {
            root.bucket("bucket-" + i % 3).put("key-" + i, "v".repeat(100 + i));
        }
        byte[] file = BoltFile.of(root);
        Map<String, Object> whole = new Reader(file).all();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            BoltBucket read;
            try {
                read = BoltFile.read(cut);
            } catch (SeedException e) {
                assertThat(e).hasMessageContaining("a database of containerd");
                continue;
            }
            assertThat(new Reader(BoltFile.of(read)).all())
                    .as("%d bytes", length)
                    .isEqualTo(whole);
        }
    }

    /** The fields are the length of a key and the length of a value. */
    @ParameterizedTest
    @ValueSource(ints = {8, 12})
    void aLengthBeyondTheFileIsRefused(int field) {
        byte[] file = BoltFile.of(new BoltBucket().put("key", "value"));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(3 * PAGE + 16 + field, Integer.MAX_VALUE);
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> BoltFile.read(file))
                .withMessageContaining("can't be read");
    }

    /** The expected metadata is from bbolt's documentation, the expected checksums are from the test vectors of FNV. */
    @Test
    void anEmptyDatabaseHasTheBytesThatTheFormatAsksFor() {
        ByteBuffer file = ByteBuffer.wrap(BoltFile.of(new BoltBucket())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.capacity()).isEqualTo(4 * PAGE);
        for (int number = 0; number < 2; number++) {
            int page = number * PAGE;
            assertThat(file.getLong(page)).as("number of the page").isEqualTo(number);
            assertThat(file.getShort(page + 8)).as("kind").isEqualTo((short) 4);
            assertThat(file.getLong(page + 32)).as("page of the root").isEqualTo(3);
            assertThat(file.getLong(page + 48)).as("page of the free list").isEqualTo(2);
            assertThat(file.getLong(page + 56)).as("pages").isEqualTo(4);
            assertThat(file.getLong(page + 64)).as("transaction").isEqualTo(number);
        }
        assertThat(file.getShort(3 * PAGE + 8)).as("the root is a leaf").isEqualTo((short) 2);
        assertThat(file.getShort(3 * PAGE + 10)).as("the root's elements").isZero();
        assertThat(BoltFile.fnv(new byte[0], 0, 0)).isEqualTo(0xcbf29ce484222325L);
        assertThat(BoltFile.fnv("a".getBytes(StandardCharsets.UTF_8), 0, 1)).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(BoltFile.fnv("-foobar".getBytes(StandardCharsets.UTF_8), 1, 6))
                .isEqualTo(0x85944171f73967e8L);
    }

    /** Only the newer meta page has the root of the last transaction, but it may be incomplete after a power failure. */
    @Test
    void theNewerIntactMetaPageIsUsed() {
        BoltBucket root = new BoltBucket().put("key", "value");
        byte[] file = BoltFile.of(root);
        for (int damaged = 0; damaged < 2; damaged++) {
            byte[] half = file.clone();
            half[damaged * PAGE + 16 + 56] ^= 1;
            assertThat(BoltFile.read(half).text("key"))
                    .as("page %d is damaged", damaged)
                    .isEqualTo("value");
        }
        file[16 + 56] ^= 1;
        file[PAGE + 16 + 56] ^= 1;
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> BoltFile.read(file))
                .withMessageContaining("no valid beginning");
    }

    /** If a branch has only one page, bbolt panics when that page becomes too small. */
    @Test
    void eachBranchLeadsToTwoPagesAtLeast() {
        for (int leaves = 2; leaves < 130; leaves++) {
            BoltBucket root = new BoltBucket();
            for (int i = 0; i < leaves; i++) {
                root.put("key-%0100d".formatted(i), "v".repeat(2000 + PAGE / 4));
            }

            byte[] file = BoltFile.of(root);
            assertThat(new Reader(file).all()).hasSize(leaves + 1);
            assertThat(BoltFile.read(file).names()).hasSize(leaves);
        }
    }

    @Test
    void keysThatAreNoTextAreInTheOrderOfTheirBytes() {
        BoltBucket root = new BoltBucket();
        root.put(new byte[] {(byte) 0x80, 1}, new byte[] {1}).put(new byte[] {1, 0, 2}, new byte[] {2});

        byte[] file = BoltFile.of(root);

        assertThat(file).hasSize(4 * PAGE);
        ByteBuffer leaf = ByteBuffer.wrap(file, 3 * PAGE, PAGE).slice().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(leaf.get(16 + leaf.getInt(20))).isEqualTo((byte) 1);
        assertThat(leaf.get(32 + leaf.getInt(36))).isEqualTo((byte) 0x80);
    }

    /** Reads a file according to bbolt's documentation; "#" is the sequence of a bucket. */
    private static final class Reader {

        private final ByteBuffer file;

        Reader(byte[] bytes) {
            file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        Map<String, Object> all() {
            int meta = PAGE + 16;
            assertThat(file.getInt(meta)).isEqualTo(0xED0CDAED);
            assertThat(file.getInt(meta + 4)).isEqualTo(2);
            assertThat(file.getInt(meta + 8)).isEqualTo(PAGE);
            assertThat(file.getLong(meta + 40) * PAGE).isEqualTo(file.capacity());
            assertThat(file.getShort(2 * PAGE + 8)).isEqualTo((short) 0x10);
            return bucket(meta + 16);
        }

        private Map<String, Object> bucket(int header) {
            Map<String, Object> entries = new TreeMap<>();
            long root = file.getLong(header);
            page(root == 0 ? header + 16 : (int) root * PAGE, entries);
            entries.put("#", file.getLong(header + 8));
            return entries;
        }

        private void page(int start, Map<String, Object> entries) {
            int count = file.getShort(start + 10) & 0xFFFF;
            boolean leaf = file.getShort(start + 8) == 2;
            assertThat(count).isGreaterThanOrEqualTo(leaf ? 0 : 2);
            for (int i = 0; i < count; i++) {
                int element = start + 16 + 16 * i;
                if (leaf) {
                    leafElement(element, entries);
                } else {
                    int key = element + file.getInt(element);
                    int child = (int) file.getLong(element + 8) * PAGE;
                    int firstOfChild = child + 16 + file.getInt(child + 16 + (file.getShort(child + 8) == 2 ? 4 : 0));
                    assertThat(text(key, file.getInt(element + 4)))
                            .isEqualTo(text(firstOfChild, file.getInt(element + 4)));
                    page(child, entries);
                }
            }
        }

        private void leafElement(int element, Map<String, Object> entries) {
            int key = element + file.getInt(element + 4);
            int value = key + file.getInt(element + 8);
            entries.put(
                    text(key, file.getInt(element + 8)),
                    file.getInt(element) == 1 ? bucket(value) : text(value, file.getInt(element + 12)));
        }

        private String text(int start, int length) {
            byte[] bytes = new byte[length];
            file.get(start, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
