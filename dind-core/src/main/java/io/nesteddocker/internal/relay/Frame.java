package io.nesteddocker.internal.relay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of one of many streams that share a carrier: the stream's number in four bytes, the kind in one, the length of the content in
 * three, and the content. Immutable, except for the bytes of the content, which belong to the frame's receiver.
 */
final class Frame {

    /** The longest piece that either side sends. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int HEADER = 8;
    private static final int LENGTH_BITS = 24;

    private final int stream;
    private final Kind kind;
    private final byte[] bytes;

    private Frame(int stream, Kind kind, byte[] bytes) {
        this.stream = stream;
        this.kind = kind;
        this.bytes = bytes;
    }

    /** The kind of a frame. */
    enum Kind {
        /** Requests a stream, with its target as the content; as an answer, means that the stream is open. */
        OPEN(1),
        /** Bytes of the stream. */
        DATA(2),
        /** The sender writes nothing more. */
        END(3),
        /** The sender accepts more bytes; the content is their number in four bytes. */
        CREDIT(4),
        /** The sender accepts no more bytes; the content is the reason. */
        STOP(5),
        /** The stream is closed in both directions, or can't be opened; the content is the reason. */
        CLOSE(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) throws ProtocolException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new ProtocolException("the carrier brought a frame of the unknown kind " + code);
        }
    }

    /** Encodes a frame without content. */
    static byte[] encode(int stream, Kind kind) {
        return encode(stream, kind, new byte[0], 0, 0);
    }

    /** Encodes a frame. */
    static byte[] encode(int stream, Kind kind, byte[] bytes, int offset, int length) {
        return ByteBuffer.allocate(HEADER + length)
                .putInt(stream)
                .putInt(kind.code << LENGTH_BITS | length)
                .put(bytes, offset, length)
                .array();
    }

    /** Encodes a frame that permits the other side to send {@code bytes} more bytes. */
    static byte[] credit(int stream, int bytes) {
        return encode(
                stream,
                Kind.CREDIT,
                ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array(),
                0,
                Integer.BYTES);
    }

    /**
     * Reads the next frame.
     *
     * @return the frame, or null if the carrier has ended between two frames
     */
    static @Nullable Frame read(InputStream carrier) throws IOException {
        byte[] header = carrier.readNBytes(HEADER);
        if (header.length == 0) {
            return null;
        }
        if (header.length < HEADER) {
            throw new EOFException("the carrier ended in the middle of a frame");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        int stream = fields.getInt();
        int kindAndLength = fields.getInt();
        Kind kind = Kind.of(kindAndLength >>> LENGTH_BITS);
        int length = kindAndLength & ((1 << LENGTH_BITS) - 1);
        if (length > MOST_BYTES) {
            throw new ProtocolException("the carrier brought a frame of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        if (carrier.readNBytes(bytes, 0, length) < length) {
            throw new EOFException("the carrier ended in the middle of a frame");
        }
        return new Frame(stream, kind, bytes);
    }

    /** Returns the number of the stream; 0 is the carrier itself. */
    int stream() {
        return stream;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the content. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns the number that is the content. */
    int number() throws ProtocolException {
        if (bytes.length != Integer.BYTES) {
            throw new ProtocolException("the carrier brought a number of " + bytes.length + " bytes");
        }
        return ByteBuffer.wrap(bytes).getInt();
    }
}
