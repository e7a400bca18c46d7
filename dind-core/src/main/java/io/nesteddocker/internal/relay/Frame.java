package io.nesteddocker.internal.relay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of one of many streams that share a carrier: the stream's number in four bytes, the kind in one, the length of what follows in
 * three. Immutable, but for the bytes, which belong to whoever takes the frame.
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

    /** What a frame says. */
    enum Kind {
        /** Asks for a stream, with where it leads; in answer, that it is there. */
        OPEN(1),
        /** Bytes of the stream. */
        DATA(2),
        /** The sender writes nothing more. */
        END(3),
        /** The sender takes so many bytes more, in four bytes. */
        CREDIT(4),
        /** The sender takes nothing more, and why. */
        STOP(5),
        /** The stream is over in both directions, or there is none, and why. */
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

    /** A frame without anything that follows, as it travels. */
    static byte[] encode(int stream, Kind kind) {
        return encode(stream, kind, new byte[0], 0, 0);
    }

    /** A frame as it travels. */
    static byte[] encode(int stream, Kind kind, byte[] bytes, int offset, int length) {
        return ByteBuffer.allocate(HEADER + length)
                .putInt(stream)
                .putInt(kind.code << LENGTH_BITS | length)
                .put(bytes, offset, length)
                .array();
    }

    /** Leave to send so many bytes more, as it travels. */
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
     * @return the frame, or null where the carrier has ended between two
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

    /** Which stream it belongs to; 0 is the carrier itself. */
    int stream() {
        return stream;
    }

    Kind kind() {
        return kind;
    }

    /** What follows. */
    byte[] bytes() {
        return bytes;
    }

    /** The number that follows. */
    int number() throws ProtocolException {
        if (bytes.length != Integer.BYTES) {
            throw new ProtocolException("the carrier brought a number of " + bytes.length + " bytes");
        }
        return ByteBuffer.wrap(bytes).getInt();
    }
}
