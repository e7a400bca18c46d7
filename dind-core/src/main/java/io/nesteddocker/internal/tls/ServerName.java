package io.nesteddocker.internal.tls;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name by which a client connects to a daemon: a DNS name or an IP literal. It is never resolved.
 *
 * <p>Thread-safe: it is immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // carried into one certificate, never compared
record ServerName(byte[] generalName) {

    private static final int DNS_NAME_TAG = 2;
    private static final int IP_ADDRESS_TAG = 7;

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern DNS = Pattern.compile(
            "(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");
    private static final int LONGEST_DNS_NAME = 253;

    /**
     * Reads a DNS name, an IPv4 literal, or an IPv6 literal with or without brackets.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static ServerName of(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (IPV4.matcher(bare).matches() || IPV6.matcher(bare).matches()) {
            return new ServerName(DerWriter.implicit(IP_ADDRESS_TAG, address(bare)));
        }
        String ascii = ascii(text);
        if (ascii.length() > LONGEST_DNS_NAME || !DNS.matcher(ascii).matches()) {
            throw refused(text, null);
        }
        return new ServerName(DerWriter.implicit(DNS_NAME_TAG, ascii.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] address(String literal) {
        try {
            // Only literals get here, and getByName resolves them without a name server.
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw refused(literal, e);
        }
    }

    private static String ascii(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text; // without loading the tables of IDN, which takes 50 ms
        }
        try {
            return IDN.toASCII(text);
        } catch (IllegalArgumentException e) {
            throw refused(text, e);
        }
    }

    private static IllegalArgumentException refused(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "Tried to put the server name \"" + text
                        + "\" into a certificate but it is neither a DNS name nor an IP"
                        + " address. Give a name such as \"localhost\", \"10.0.0.5\" or \"::1\", without a port.",
                cause);
    }
}
