package io.nesteddocker.internal;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses, such as {@code 172.17.0.0/16}.
 *
 * @param address the first address, as a number
 * @param prefix the number of leading bits that all its addresses share
 */
public record Ipv4Network(long address, int prefix) {

    private static final Pattern NOTATION =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    /** Parses the usual notation, or throws an {@link IllegalArgumentException}; bits after the prefix are dropped. */
    public static Ipv4Network parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException("Tried to read the network \"" + text
                        + "\" but it is not an IPv4 network; give one such as 10.200.0.0/16."));
    }

    /** Parses the usual notation; empty if the text is anything else, for example an IPv6 network. */
    public static Optional<Ipv4Network> find(String text) {
        Matcher notation = NOTATION.matcher(text);
        if (!notation.matches()) {
            return Optional.empty();
        }
        long bits = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(notation.group(i));
            if (octet > 255) {
                return Optional.empty();
            }
            bits = (bits << 8) | octet;
        }
        int prefix = Integer.parseInt(notation.group(5));
        return prefix > 32 ? Optional.empty() : Optional.of(new Ipv4Network(bits & mask(prefix), prefix));
    }

    /** Returns whether the two networks have an address in common. */
    public boolean overlaps(Ipv4Network other) {
        long common = mask(Math.min(prefix, other.prefix));
        return (address & common) == (other.address & common);
    }

    /** Returns whether this network has an address in common with any of {@code others}. */
    public boolean overlapsAny(Collection<Ipv4Network> others) {
        return others.stream().anyMatch(this::overlaps);
    }

    /** Returns the address {@code offset} places after the first, in dotted notation with this network's prefix. */
    public String hostNotation(int offset) {
        return dotted(address + offset) + "/" + prefix;
    }

    @Override
    public String toString() {
        return dotted(address) + "/" + prefix;
    }

    private static String dotted(long bits) {
        return (bits >> 24 & 255) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }

    private static long mask(int prefix) {
        return prefix == 0 ? 0 : 0xFFFFFFFFL << (32 - prefix) & 0xFFFFFFFFL;
    }
}
