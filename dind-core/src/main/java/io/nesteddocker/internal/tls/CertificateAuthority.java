package io.nesteddocker.internal.tls;

import io.nesteddocker.internal.Sha256;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate authority that lives for the few milliseconds in which it signs one daemon's certificates.
 *
 * <p>The extensions are those that <a href="https://www.rfc-editor.org/rfc/rfc5280">RFC 5280</a> requires, so that
 * Go's {@code crypto/x509}, {@code openssl verify -x509_strict} and the JDK all accept them.
 *
 * <p>Not thread-safe: one thread makes it, uses it and drops it.
 */
final class CertificateAuthority {

    /** Clocks of virtual machines that host an engine drift; one that is behind would refuse a certificate from "the future". */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** The longest time that the strictest common client accepts, see https://support.apple.com/103769. */
    private static final Duration LIFETIME = Duration.ofDays(825);

    private static final byte[] ECDSA_WITH_SHA256 = DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"));
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";
    private static final String SUBJECT_KEY_ID = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_ID = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private static final int KEY_CERT_SIGN_AND_CRL_SIGN = 0b0000_0110;
    private static final int DIGITAL_SIGNATURE = 0b1000_0000;

    private final SecureRandom random;
    private final KeyPairGenerator keys;
    private final KeyPair ownKeys;
    private final byte[] ownName;
    private final byte[] validity;
    private final byte[] certificate;

    CertificateAuthority(Clock clock) throws GeneralSecurityException {
        random = new SecureRandom();
        keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"), random);
        ownKeys = keys.generateKeyPair();
        // A unique name, so that a client that trusts several daemons' authorities never mixes them up.
        ownName = name("nested-docker CA " + HexFormat.of().toHexDigits(random.nextInt()));
        Instant now = clock.instant();
        validity = DerWriter.sequence(DerWriter.time(now.minus(CLOCK_SKEW)), DerWriter.time(now.plus(LIFETIME)));
        certificate = sign(
                ownName,
                ownKeys.getPublic(),
                List.of(
                        critical(BASIC_CONSTRAINTS, DerWriter.sequence(DerWriter.bool(true), DerWriter.integer(0))),
                        critical(KEY_USAGE, DerWriter.flags(KEY_CERT_SIGN_AND_CRL_SIGN))));
    }

    /** A key, and its certificate in DER. */
    @SuppressWarnings("ArrayRecordComponent") // carried from one method to the next, never compared
    record Issued(byte[] certificate, PrivateKey key) {}

    byte[] certificate() {
        return certificate.clone();
    }

    Issued issueServer(Collection<ServerName> serverNames) throws GeneralSecurityException {
        byte[][] names = serverNames.stream().map(ServerName::generalName).toArray(byte[][]::new);
        return issue(
                "nested-docker server", SERVER_AUTH, List.of(optional(SUBJECT_ALT_NAME, DerWriter.sequence(names))));
    }

    Issued issueClient() throws GeneralSecurityException {
        return issue("nested-docker client", CLIENT_AUTH, List.of());
    }

    private Issued issue(String commonName, String purpose, List<byte[]> more) throws GeneralSecurityException {
        KeyPair pair = keys.generateKeyPair();
        List<byte[]> extensions = new ArrayList<>(List.of(
                critical(BASIC_CONSTRAINTS, DerWriter.sequence()),
                critical(KEY_USAGE, DerWriter.flags(DIGITAL_SIGNATURE)),
                optional(EXTENDED_KEY_USAGE, DerWriter.sequence(DerWriter.oid(purpose)))));
        extensions.addAll(more);
        return new Issued(sign(name(commonName), pair.getPublic(), extensions), pair.getPrivate());
    }

    private byte[] sign(byte[] subject, PublicKey subjectKey, List<byte[]> extensions) throws GeneralSecurityException {
        List<byte[]> all = new ArrayList<>(extensions);
        all.add(optional(SUBJECT_KEY_ID, DerWriter.octets(keyId(subjectKey))));
        all.add(optional(AUTHORITY_KEY_ID, DerWriter.sequence(DerWriter.implicit(0, keyId(ownKeys.getPublic())))));
        byte[] toBeSigned = DerWriter.sequence(
                DerWriter.explicit(0, DerWriter.integer(2)), // X.509 v3
                DerWriter.integer(serialNumber()),
                ECDSA_WITH_SHA256,
                ownName,
                validity,
                subject,
                subjectKey.getEncoded(),
                DerWriter.explicit(3, DerWriter.sequence(all.toArray(byte[][]::new))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(ownKeys.getPrivate(), random);
        signature.update(toBeSigned);
        return DerWriter.sequence(toBeSigned, ECDSA_WITH_SHA256, DerWriter.bits(signature.sign()));
    }

    /** Returns a random number, unique without a register; positive and of at most 20 octets, as RFC 5280 section 4.1.2.2 requires. */
    private BigInteger serialNumber() {
        return new BigInteger(127, random).setBit(126);
    }

    /** Returns a digest of the key, by RFC 7093 method 1 but of the whole key structure: any stable digest is allowed. */
    private static byte[] keyId(PublicKey key) {
        return Arrays.copyOf(Sha256.begin().digest(key.getEncoded()), 20);
    }

    private static byte[] name(String commonName) {
        return DerWriter.sequence(attribute(ORGANIZATION, "nested-docker"), attribute(COMMON_NAME, commonName));
    }

    private static byte[] attribute(String type, String value) {
        return DerWriter.set(DerWriter.sequence(DerWriter.oid(type), DerWriter.utf8(value)));
    }

    private static byte[] critical(String oid, byte[] value) {
        return DerWriter.sequence(DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octets(value));
    }

    private static byte[] optional(String oid, byte[] value) {
        return DerWriter.sequence(DerWriter.oid(oid), DerWriter.octets(value));
    }
}
