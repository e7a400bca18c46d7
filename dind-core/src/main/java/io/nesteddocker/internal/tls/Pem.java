package io.nesteddocker.internal.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes PEM, the text form of certificates and keys
 * (<a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>).
 *
 * <p>Messages never quote the content of a file, because it may be a key.
 *
 * <p>Thread-safe: it holds no state.
 */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private Pem() {}

    /** One block: its label, for example {@code CERTIFICATE}, and its body, still encoded. */
    record Block(String label, String body) {

        boolean isEncrypted() {
            return label.startsWith("ENCRYPTED ") || body.contains("4,ENCRYPTED");
        }

        byte[] der() {
            try {
                return Base64.getMimeDecoder().decode(body);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "Tried to read a PEM block \"" + label + "\" but its base64 text is damaged. Export it again.",
                        e);
            }
        }

        /** Returns only the label, because the body may be a key. */
        @Override
        public String toString() {
            return "Block[" + label + "]";
        }
    }

    static byte[] write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Finds every block; text around and between them is skipped, as {@code openssl} does. */
    static List<Block> blocks(byte[] pem) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /**
     * Reads all certificates of a file, in their order.
     *
     * @param what the purpose of the file, for the message: {@code "CA certificate (ca.pem)"}
     * @throws IllegalArgumentException if the file has no certificate, or one can't be read
     */
    static List<X509Certificate> certificates(byte[] pem, String what) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(pem)) {
                if (block.label().endsWith("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "Tried to read the " + what + " but a certificate in it is damaged: " + e.getMessage()
                            + ". Export it again, in PEM form.",
                    e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("Tried to read the " + what
                    + " but it holds no \"BEGIN CERTIFICATE\" block. Give the file in PEM form.");
        }
        return certificates;
    }
}
