package io.nesteddocker.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * The certificates and keys for one daemon: an authority's certificate, a server's pair, a client's pair.
 *
 * <p>All keys are EC P-256. They are made in memory and reach a disk only if the caller writes them there.
 * The authority's own key is dropped as soon as it has signed, so no client can be added later.
 *
 * <p>Thread-safe.
 */
public final class TlsMaterial {

    private final byte[] caPem;
    private final byte[] serverCertPem;
    private final byte[] serverKeyPem;
    private final byte[] clientCertPem;
    private final byte[] clientKeyPem;

    private TlsMaterial(byte[] ca, CertificateAuthority.Issued server, CertificateAuthority.Issued client) {
        caPem = Pem.write("CERTIFICATE", ca);
        serverCertPem = Pem.write("CERTIFICATE", server.certificate());
        serverKeyPem = Pem.write("PRIVATE KEY", server.key().getEncoded());
        clientCertPem = Pem.write("CERTIFICATE", client.certificate());
        clientKeyPem = Pem.write("PRIVATE KEY", client.key().getEncoded());
    }

    /**
     * Makes an authority, a server certificate for the given names, and a client certificate.
     *
     * <p>They are valid from one day ago, since the clock of an engine's virtual machine may be behind, and for
     * 825 days. This takes a few milliseconds, and about 100 more the first time in a JVM.
     *
     * @param serverNames the DNS names and IP literals under which the daemon will be dialled; at least one
     * @throws IllegalArgumentException if there is no name, or one is neither a DNS name nor an IP literal
     * @throws IllegalStateException if this Java runtime has no EC P-256
     */
    public static TlsMaterial create(Collection<String> serverNames) {
        return create(serverNames, Clock.systemUTC());
    }

    static TlsMaterial create(Collection<String> serverNames, Clock clock) {
        if (serverNames.isEmpty()) {
            throw new IllegalArgumentException("Tried to make a server certificate but no server name was given, and"
                    + " clients refuse a certificate without one. Give at least one, such as \"127.0.0.1\".");
        }
        List<ServerName> names = serverNames.stream().map(ServerName::of).toList();
        try {
            CertificateAuthority authority = new CertificateAuthority(clock);
            return new TlsMaterial(authority.certificate(), authority.issueServer(names), authority.issueClient());
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    private static IllegalStateException unsupported(Exception e) {
        return new IllegalStateException(
                "Tried to make TLS certificates with this Java runtime (" + Runtime.version() + ") but it failed: "
                        + e.getMessage() + ". Use a runtime that has EC P-256 (module jdk.crypto.ec).",
                e);
    }

    /** Returns whether a certificate can contain a name, which must be a DNS name or an IP address. */
    public static boolean canName(String text) {
        try {
            ServerName.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns the DNS names and IP addresses that a server's certificate has.
     *
     * @param certificate the certificate, PEM
     * @throws IllegalArgumentException if it can't be read
     */
    public static Set<String> names(byte[] certificate) {
        try {
            return Objects.requireNonNullElse(
                            Pem.certificates(certificate, "server certificate")
                                    .get(0)
                                    .getSubjectAlternativeNames(),
                            List.<List<?>>of())
                    .stream()
                    .map(name -> String.valueOf(name.get(1)))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException(
                    "Tried to read the names in a server certificate but they are damaged. Make the certificate again.",
                    e);
        }
    }

    /**
     * Makes a client's TLS context from the three files that Docker clients use.
     *
     * @param ca the authorities to trust, {@code ca.pem}: one or more certificates
     * @param cert the client's certificate, {@code cert.pem}, with any intermediate ones after it
     * @param key the client's key, {@code key.pem}: PKCS#8, PKCS#1 (RSA) or SEC1 (EC), not encrypted
     * @throws IllegalArgumentException if one of them can't be read, or key and certificate don't belong together
     */
    public static SSLContext contextFromPem(byte[] ca, byte[] cert, byte[] key) {
        List<X509Certificate> authorities = Pem.certificates(ca, "CA certificate (ca.pem)");
        List<X509Certificate> chain = Pem.certificates(cert, "client certificate (cert.pem)");
        PrivateKey privateKey = PrivateKeys.read(key);
        try {
            if (!belongTogether(chain.get(0).getPublicKey(), privateKey)) {
                throw new IllegalArgumentException("Tried to use the client certificate (cert.pem) of "
                        + chain.get(0).getSubjectX500Principal() + " but the client key (key.pem) belongs to another"
                        + " certificate. Give the two files that were made together.");
            }
            return TlsContexts.mutual(authorities, chain, privateKey);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "Tried to set up TLS with the given certificates (ca.pem, cert.pem, key.pem) but it failed: "
                            + e.getMessage() + ". Check that they are made for TLS clients.",
                    e);
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> publicKey.getAlgorithm();
        };
        if (publicKey.getAlgorithm().equals("RSA") != privateKey.getAlgorithm().equals("RSA")
                || publicKey.getAlgorithm().equals("EC")
                        != privateKey.getAlgorithm().equals("EC")) {
            return false;
        }
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(privateKey);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(probe);
        return verifier.verify(signature);
    }

    /** Returns the authority's certificate, PEM. */
    public byte[] caPem() {
        return caPem.clone();
    }

    /** Returns the server's certificate, PEM. */
    public byte[] serverCertPem() {
        return serverCertPem.clone();
    }

    /** Returns the server's key, PKCS#8 PEM, not encrypted: a secret. */
    public byte[] serverKeyPem() {
        return serverKeyPem.clone();
    }

    /** Returns the client's certificate, PEM. */
    public byte[] clientCertPem() {
        return clientCertPem.clone();
    }

    /** Returns the client's key, PKCS#8 PEM, not encrypted: a secret. */
    public byte[] clientKeyPem() {
        return clientKeyPem.clone();
    }

    /** Returns the kind of the keys, and nothing secret. */
    @Override
    public String toString() {
        return "TlsMaterial[EC P-256]";
    }
}
