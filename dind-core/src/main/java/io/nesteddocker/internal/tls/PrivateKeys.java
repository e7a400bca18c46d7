package io.nesteddocker.internal.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads private key files in the formats that are common for Docker engines.
 *
 * <p>The JDK reads PKCS#8 only, so the two older forms, PKCS#1 (RSA) and SEC1 (EC), are wrapped in a PKCS#8 envelope.
 *
 * <p>Thread-safe: it holds no state.
 */
final class PrivateKeys {

    private static final String WHAT = "client key (key.pem)";
    private static final byte[] RSA = DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.1"), DerWriter.nothing());
    private static final byte[] EC_PUBLIC_KEY = DerWriter.oid("1.2.840.10045.2.1");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private PrivateKeys() {}

    /**
     * Reads the first private key of a PEM file.
     *
     * @throws IllegalArgumentException if the file has no key, or the key is encrypted, damaged or of an unknown kind
     */
    static PrivateKey read(byte[] pem) {
        byte @Nullable [] curve = null;
        for (Pem.Block block : Pem.blocks(pem)) {
            if (block.label().endsWith("PRIVATE KEY") && block.isEncrypted()) {
                throw refused(
                        "it is encrypted. Decrypt it with \"openssl pkey\"; the docker command, too, needs it decrypted",
                        null);
            }
            switch (block.label()) {
                case "EC PARAMETERS" -> curve = block.der();
                case "PRIVATE KEY" -> {
                    return fromPkcs8(block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    return fromPkcs8(envelope(RSA, block.der()));
                }
                case "EC PRIVATE KEY" -> {
                    return fromPkcs8(envelopeForSec1(block.der(), curve));
                }
                default -> {
                    // Certificates and the like may share the file.
                }
            }
        }
        throw refused("it holds no private key. Give it in PEM form (PKCS#8, PKCS#1 or SEC1)", null);
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return DerWriter.sequence(DerWriter.integer(0), algorithm, DerWriter.octets(key));
    }

    private static byte[] envelopeForSec1(byte[] sec1, byte @Nullable [] curveOutside) {
        byte[] curve = curveOf(sec1);
        if (curve == null) {
            curve = curveOutside;
        }
        if (curve == null) {
            throw refused("it does not name its curve. Convert it with \"openssl pkcs8 -topk8 -nocrypt\"", null);
        }
        return envelope(DerWriter.sequence(EC_PUBLIC_KEY, curve), sec1);
    }

    /** Finds {@code [0] parameters} in RFC 5915's ECPrivateKey, if the key has them. */
    private static byte @Nullable [] curveOf(byte[] sec1) {
        try {
            int at = contentStart(sec1, 0); // into the sequence
            while (at < sec1.length) {
                int start = contentStart(sec1, at);
                int end = start + contentLength(sec1, at);
                if ((sec1[at] & 0xFF) == 0xA0) {
                    return Arrays.copyOfRange(sec1, start, end);
                }
                at = end;
            }
            return null;
        } catch (IndexOutOfBoundsException e) {
            throw refused("its EC structure is cut off. Export it again", e);
        }
    }

    private static int contentStart(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xFF);
        }
        if (length < 0) {
            throw new IndexOutOfBoundsException(length);
        }
        return length;
    }

    private static PrivateKey fromPkcs8(byte[] pkcs8) {
        IllegalArgumentException refused = refused(
                "it is neither an RSA nor an EC nor an Ed25519 key that this Java"
                        + " version can read. Convert it with \"openssl pkcs8 -topk8 -nocrypt\"",
                null);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                refused.addSuppressed(e);
            }
        }
        throw refused;
    }

    private static IllegalArgumentException refused(String reason, @Nullable Exception cause) {
        return new IllegalArgumentException("Tried to read the " + WHAT + " but " + reason + ".", cause);
    }
}
