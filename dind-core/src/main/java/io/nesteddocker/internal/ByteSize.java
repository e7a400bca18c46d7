package io.nesteddocker.internal;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes as the {@code docker} command does: a number with an optional unit. */
public final class ByteSize {

    private static final Pattern SIZE = Pattern.compile("(\\d+)([bkmg]?)");

    private ByteSize() {}

    /** Returns the bytes in {@code text}, or throws an {@link IllegalArgumentException} whose message names {@code what}. */
    public static long parse(String what, String text) {
        Matcher size = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw noSize(what, text);
        }
        long factor = switch (size.group(2)) {
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            default -> 1L;
        };
        BigInteger bytes = new BigInteger(size.group(1)).multiply(BigInteger.valueOf(factor));
        if (bytes.signum() == 0) {
            throw noSize(what, text);
        }
        if (bytes.bitLength() >= Long.SIZE) {
            throw new IllegalArgumentException("Tried to read the " + what + " \"" + text
                    + "\" but it is more bytes than an engine can count; give a smaller size, such as 512m.");
        }
        return bytes.longValue();
    }

    private static IllegalArgumentException noSize(String what, String text) {
        return new IllegalArgumentException(
                "Tried to read the " + what + " \"" + text
                        + "\" but it is not a size; give a number above zero with an optional unit b, k, m or g, such as 512m.");
    }
}
