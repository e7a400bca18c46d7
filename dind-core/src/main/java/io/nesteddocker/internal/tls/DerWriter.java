package io.nesteddocker.internal.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes the few DER types that a certificate and a private key are made of.
 *
 * <p>Each method returns one complete tag-length-value item; items nest by being passed as arguments.
 * The encoding rules are those of <a href="https://www.itu.int/rec/T-REC-X.690">ITU-T X.690</a>.
 *
 * <p>Thread-safe: it holds no state.
 */
final class DerWriter {

    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

    /** RFC 5280 section 4.1.2.5: dates through 2049 are UTCTime, later ones GeneralizedTime. */
    private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050;

    private DerWriter() {}

    static byte[] sequence(byte[]... items) {
        return item(0x30, concat(items));
    }

    static byte[] set(byte[]... items) {
        return item(0x31, concat(items));
    }

    static byte[] integer(BigInteger value) {
        return item(0x02, value.toByteArray());
    }

    static byte[] integer(long value) {
        return integer(BigInteger.valueOf(value));
    }

    static byte[] bool(boolean value) {
        return item(0x01, (byte) (value ? 0xFF : 0x00));
    }

    static byte[] nothing() {
        return item(0x05);
    }

    static byte[] utf8(String text) {
        return item(0x0C, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] octets(byte... content) {
        return item(0x04, content);
    }

    /** Returns a bit string of whole bytes, such as a signature or a key. */
    static byte[] bits(byte... content) {
        return item(0x03, concat(new byte[] {0}, content));
    }

    /** Returns a bit string of named flags in one byte, without the trailing zero bits, as DER requires. */
    static byte[] flags(int highBitsFirst) {
        int unused = Integer.numberOfTrailingZeros(highBitsFirst);
        return item(0x03, (byte) unused, (byte) highBitsFirst);
    }

    static byte[] time(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        return utc.getYear() < FIRST_YEAR_OF_GENERALIZED_TIME
                ? item(0x17, UTC_TIME.format(utc).getBytes(StandardCharsets.US_ASCII))
                : item(0x18, GENERALIZED_TIME.format(utc).getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns an object identifier, from its dotted notation. */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(base128(Long.parseLong(arcs[0]) * 40 + Long.parseLong(arcs[1])));
        for (int i = 2; i < arcs.length; i++) {
            content.writeBytes(base128(Long.parseLong(arcs[i])));
        }
        return item(0x06, content.toByteArray());
    }

    /** Returns {@code [number] EXPLICIT}: a wrapper around complete items. */
    static byte[] explicit(int number, byte[]... items) {
        return item(0xA0 | number, concat(items));
    }

    /** Returns {@code [number] IMPLICIT} of a primitive type: its content under another tag. */
    static byte[] implicit(int number, byte... content) {
        return item(0x80 | number, content);
    }

    private static byte[] item(int tag, byte... content) {
        ByteArrayOutputStream item = new ByteArrayOutputStream(content.length + 6);
        item.write(tag);
        if (content.length < 0x80) {
            item.write(content.length);
        } else {
            byte[] length = minimalBytes(content.length);
            item.write(0x80 | length.length);
            item.writeBytes(length);
        }
        item.writeBytes(content);
        return item.toByteArray();
    }

    private static byte[] minimalBytes(int value) {
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 7) / 8;
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (value >>> (8 * (count - 1 - i)));
        }
        return bytes;
    }

    private static byte[] base128(long value) {
        Deque<Integer> digits = new ArrayDeque<>();
        long rest = value;
        do {
            digits.push((int) (rest & 0x7F) | (digits.isEmpty() ? 0 : 0x80));
            rest >>>= 7;
        } while (rest > 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        digits.forEach(bytes::write);
        return bytes.toByteArray();
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
