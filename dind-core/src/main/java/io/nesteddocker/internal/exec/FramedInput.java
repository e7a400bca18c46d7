package io.nesteddocker.internal.exec;

import io.nesteddocker.internal.BlockInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes the frames in which an engine sends a process's output, and separates the standard error from it.
 *
 * <p>Not thread-safe: one thread reads.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach">Docker: stream
 *     format</a>
 */
final class FramedInput extends BlockInput {

    private static final int HEADER = 8;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int MOST_EARLY = 4 * 1024 * 1024;
    private static final int MOST_STDERR = 8 * 1024;

    private final InputStream framed;
    private final OutputStream allStderr;
    private final byte[] header = new byte[HEADER];
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private ByteArrayInputStream early = new ByteArrayInputStream(new byte[0]);
    private int rest;
    private boolean restIsStderr;

    /** Reads frames, without a buffer of its own. */
    FramedInput(InputStream framed) {
        this(framed, OutputStream.nullOutputStream());
    }

    /** Reads frames, and copies all of standard error to {@code allStderr} as it arrives. */
    FramedInput(InputStream framed, OutputStream allStderr) {
        this.framed = framed;
        this.allStderr = allStderr;
    }

    /** Returns the header of a frame. */
    static byte[] header(boolean stderr, int length) {
        return ByteBuffer.allocate(HEADER)
                .put((byte) (stderr ? STDERR : STDOUT))
                .putInt(4, length)
                .array();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (early.available() > 0) {
            return early.read(buffer, offset, length);
        }
        while (true) {
            if (rest == 0) {
                if (!nextFrame()) {
                    return -1;
                }
            } else if (restIsStderr) {
                takeStderr();
            } else {
                int count = framed.read(buffer, offset, Math.min(length, rest));
                if (count < 0) {
                    throw brokeOff();
                }
                rest -= count;
                return count;
            }
        }
    }

    /** Returns how many bytes can be read without waiting; frames that have not been decoded yet don't count. */
    @Override
    public int available() throws IOException {
        if (early.available() > 0) {
            return early.available();
        }
        return restIsStderr ? 0 : Math.min(rest, framed.available());
    }

    /** Returns whether all bytes of the frames that have arrived here have been read. */
    boolean isBetweenFrames() {
        return rest == 0 && early.available() == 0;
    }

    /**
     * Waits for the first line on standard error.
     *
     * <p>An engine reads the two streams side by side, so output that a process wrote after that line may come before it. It is kept.
     *
     * @return the line, or all of standard error if the process ended first
     */
    String awaitFirstStderrLine() throws IOException {
        while (true) {
            String text = stderr();
            int end = text.indexOf('\n');
            if (end >= 0) {
                return text.substring(0, end);
            }
            if (rest == 0 && !nextFrame()) {
                return text;
            }
            if (restIsStderr) {
                takeStderr();
            } else {
                keepEarly();
            }
        }
    }

    /** Waits for the first output, and returns whether a frame with this text at its beginning brought it. Nothing of it is lost. */
    boolean beginsWith(byte[] text) throws IOException {
        while (rest == 0 || restIsStderr) {
            if (restIsStderr && rest > 0) {
                takeStderr();
            } else if (!nextFrame()) {
                return false;
            }
        }
        if (rest < text.length) {
            return false;
        }
        byte[] beginning = framed.readNBytes(text.length);
        if (beginning.length < text.length) {
            throw brokeOff();
        }
        rest -= beginning.length;
        early = new ByteArrayInputStream(beginning);
        return Arrays.equals(beginning, text);
    }

    /** Returns what the process has written to standard error so far, up to 8 KB. */
    String stderr() {
        synchronized (stderr) {
            return stderr.toString(StandardCharsets.UTF_8);
        }
    }

    private void keepEarly() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        early.transferTo(all);
        byte[] next = framed.readNBytes(rest);
        if (next.length < rest) {
            throw brokeOff();
        }
        all.writeBytes(next);
        rest = 0;
        early = new ByteArrayInputStream(all.toByteArray());
        if (all.size() > MOST_EARLY) {
            throw new ProtocolException("the process wrote " + all.size() + " bytes, but nothing on standard error");
        }
    }

    private boolean nextFrame() throws IOException {
        int have = 0;
        while (have < HEADER) {
            int count = framed.read(header, have, HEADER - have);
            if (count < 0) {
                if (have == 0) {
                    return false;
                }
                throw brokeOff();
            }
            have += count;
        }
        if (header[0] < 0 || header[0] > STDERR || header[1] != 0 || header[2] != 0 || header[3] != 0) {
            throw new ProtocolException("the process's output does not come in frames");
        }
        rest = ByteBuffer.wrap(header).getInt(4);
        restIsStderr = header[0] == STDERR;
        if (rest < 0) {
            throw new ProtocolException("the process's output has a frame of more than 2 GB");
        }
        return true;
    }

    private void takeStderr() throws IOException {
        byte[] bytes = new byte[Math.min(rest, MOST_STDERR)];
        int count = framed.read(bytes);
        if (count < 0) {
            throw brokeOff();
        }
        rest -= count;
        synchronized (stderr) {
            stderr.write(bytes, 0, Math.min(count, MOST_STDERR - stderr.size()));
        }
        allStderr.write(bytes, 0, count);
    }

    private static EOFException brokeOff() {
        return new EOFException("the engine closed the connection in the middle of a process's output");
    }

    @Override
    public void close() throws IOException {
        framed.close();
    }
}
