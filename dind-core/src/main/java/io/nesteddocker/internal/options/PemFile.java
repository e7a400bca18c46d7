package io.nesteddocker.internal.options;

import io.nesteddocker.internal.http.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** A file with certificates for a daemon to trust. */
final class PemFile {

    private PemFile() {}

    /**
     * Reads the file and checks that it contains certificates and no private key.
     *
     * @param purpose the rest of "Tried to trust the certificates in FILE", for messages
     */
    static String read(Path file, String purpose) {
        try {
            String pem = Files.readString(file);
            if (pem.contains("PRIVATE KEY")) {
                throw refused(file, purpose, "it has a private key in it, which would get into the daemon container");
            }
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty()) {
                throw refused(file, purpose, "it has no certificate in it");
            }
            return pem;
        } catch (IOException e) {
            throw refused(file, purpose, "it can't be read: " + Reason.of(e));
        } catch (CertificateException e) {
            throw refused(file, purpose, "it is not a certificate: " + Reason.of(e));
        }
    }

    private static IllegalArgumentException refused(Path file, String purpose, String reason) {
        return new IllegalArgumentException("Tried to trust the certificates in " + file + purpose + " but " + reason
                + "; give a file with certificates in PEM form.");
    }
}
