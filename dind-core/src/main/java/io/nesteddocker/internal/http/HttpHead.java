package io.nesteddocker.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The status line and headers of an HTTP/1.1 response; header names compare without regard to case.
 *
 * <p>Thread-safe: it is immutable.
 */
record HttpHead(int status, Map<String, List<String>> headers) {

    /** The empty stream for answers without a body. */
    static final InputStream NO_BODY = InputStream.nullInputStream();

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 1000;

    /**
     * Reads the head of a final response; interim ones such as {@code 100 Continue} are skipped.
     *
     * @throws EOFException if the connection ends before the head is complete
     * @throws ProtocolException if the answer is not HTTP
     */
    static HttpHead read(InputStream input) throws IOException {
        HttpHead head;
        do {
            head = readOne(input);
        } while (head.status() >= 100 && head.status() < 200 && !head.switchesProtocols());
        return head;
    }

    private static HttpHead readOne(InputStream input) throws IOException {
        int status = parseStatus(readLine(input));
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = readLine(input);
            if (line.isEmpty()) {
                return new HttpHead(status, headers);
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon).strip(), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        }
        throw new ProtocolException("the answer has more than " + MOST_HEADERS + " headers");
    }

    private static int parseStatus(String line) throws ProtocolException {
        // "HTTP/1.1 200 OK"; the reason may be missing
        if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
            String digits = line.substring(9, 12);
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Integer.parseInt(digits);
            }
        }
        throw new ProtocolException("the answer is not HTTP");
    }

    /** Reads a line up to CR LF or a lone LF, and returns it without that. */
    static String readLine(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        while (true) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException(
                        line.size() == 0
                                ? "the daemon closed the connection without an answer"
                                : "the daemon closed the connection in the middle of an answer");
            }
            if (next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() >= LONGEST_LINE) {
                throw new ProtocolException("the answer has a line of more than " + LONGEST_LINE + " bytes");
            }
            line.write(next);
        }
    }

    boolean switchesProtocols() {
        return status == 101;
    }

    @Nullable
    String first(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    boolean isChunked() {
        String encoding = first("Transfer-Encoding");
        return encoding != null && encoding.toLowerCase(Locale.ROOT).endsWith("chunked");
    }

    /** Returns the length of the body, or -1 if it is not in the head. */
    long contentLength() throws ProtocolException {
        String length = first("Content-Length");
        if (length == null) {
            return -1;
        }
        try {
            return Long.parseUnsignedLong(length);
        } catch (NumberFormatException e) {
            throw new ProtocolException("the answer has the Content-Length \"" + length + "\"");
        }
    }

    /** Returns whether the connection can carry another request once this answer has been read, RFC 9112 section 9.3. */
    boolean allowsAnotherRequest(String requestMethod) throws ProtocolException {
        String connection = first("Connection");
        boolean closes =
                connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
        boolean ends =
                requestMethod.equals("HEAD") || status == 204 || status == 304 || isChunked() || contentLength() >= 0;
        return !closes && ends && !switchesProtocols();
    }

    /** Returns a stream that ends where the body ends, RFC 9112 section 6.3. */
    InputStream body(String requestMethod, InputStream input) throws IOException {
        if (requestMethod.equals("HEAD") || status == 204 || status == 304) {
            return NO_BODY;
        }
        if (switchesProtocols()) {
            return input;
        }
        if (isChunked()) {
            return new ChunkedBody(input);
        }
        return contentLength() < 0 ? input : new FixedLengthBody(input, contentLength());
    }
}
