package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.internal.BlockInput;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The recipe by which an engine rebuilds a layer's tar archive, byte for byte, from the files on its disk.
 *
 * <p>It is a list of pieces: literal bytes (headers and padding), or the content of a file. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/vbatts/tar-split">tar-split</a>
 */
final class TarSplit {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FILE = 1;
    private static final int BYTES = 2;

    private final byte[] compressed;

    TarSplit(byte[] compressed) {
        this.compressed = compressed;
    }

    /** Returns the size of the layer's tar archive. */
    long size() throws IOException {
        long[] size = {0};
        forEach((bytes, file, length) -> size[0] += bytes == null ? length : bytes.length);
        return size[0];
    }

    /** Returns the number of bytes that {@link #writeNames} writes. */
    long sizeOfNames(String prefix) throws IOException {
        long[] size = {0};
        int more = prefix.getBytes(StandardCharsets.UTF_8).length + 1;
        forEach((bytes, file, length) -> size[0] += file == null ? 0 : file.length + more);
        return size[0];
    }

    /** Writes the names of the files whose contents the archive needs, in order, each after a prefix and before a zero byte. */
    void writeNames(String prefix, OutputStream target) throws IOException {
        byte[] before = prefix.getBytes(StandardCharsets.UTF_8);
        forEach((bytes, file, length) -> {
            if (file != null) {
                target.write(before);
                target.write(file);
                target.write(0);
            }
        });
    }

    /** Returns the layer's tar archive; {@code contents} holds the contents of its files, one after the other. */
    InputStream archive(InputStream contents) throws IOException {
        return new Archive(pieces(), contents);
    }

    /** Receives one piece: bytes, or the name and length of a file that is not empty. */
    private interface Taker {
        void take(byte @Nullable [] bytes, byte @Nullable [] file, long length) throws IOException;
    }

    private void forEach(Taker taker) throws IOException {
        try (MappingIterator<JsonNode> pieces = pieces()) {
            while (pieces.hasNextValue()) {
                JsonNode piece = pieces.nextValue();
                int type = piece.path("type").asInt();
                if (type == BYTES) {
                    taker.take(bytes(piece), null, 0);
                } else if (type == FILE && piece.path("size").asLong() > 0) {
                    taker.take(null, name(piece), piece.path("size").asLong());
                }
            }
        }
    }

    private MappingIterator<JsonNode> pieces() throws IOException {
        return JSON.readerFor(JsonNode.class).readValues(new GZIPInputStream(new ByteArrayInputStream(compressed)));
    }

    private static byte[] bytes(JsonNode piece) {
        return Base64.getDecoder().decode(piece.path("payload").asText(""));
    }

    /** Returns a file's name; a name that is not Unicode is in base64 in another field. */
    private static byte[] name(JsonNode piece) {
        String raw = piece.path("name_raw").asText("");
        return raw.isEmpty()
                ? piece.path("name").asText().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(raw);
    }

    private static final class Archive extends BlockInput {

        private final MappingIterator<JsonNode> pieces;
        private final InputStream contents;
        private InputStream piece = InputStream.nullInputStream();
        private long left;

        Archive(MappingIterator<JsonNode> pieces, InputStream contents) {
            this.pieces = pieces;
            this.contents = contents;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            while (left == 0) {
                if (!pieces.hasNextValue()) {
                    return -1;
                }
                open(pieces.nextValue());
            }
            int count = piece.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the outer engine's files of the layer end too early");
            }
            left -= count;
            return count;
        }

        private void open(JsonNode next) {
            int type = next.path("type").asInt();
            if (type == BYTES) {
                byte[] bytes = bytes(next);
                piece = new ByteArrayInputStream(bytes);
                left = bytes.length;
            } else if (type == FILE) {
                piece = contents;
                left = next.path("size").asLong();
            }
        }
    }
}
