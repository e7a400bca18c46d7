package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.outer.PrivateFiles;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** The key and certificates for clients of an API with TLS, in memory until a caller asks for files. Immutable and thread-safe. */
public final class ClientKeys {

    private final byte[] ca;
    private final byte[] certificate;
    private final byte[] key;
    private final byte[] serverCertificate;

    /**
     * Creates the keys from the authority's certificate, the client's certificate, the client's key and the server's certificate, all in
     * PEM.
     */
    public ClientKeys(byte[] ca, byte[] certificate, byte[] key, byte[] serverCertificate) {
        this.ca = ca.clone();
        this.certificate = certificate.clone();
        this.key = key.clone();
        this.serverCertificate = serverCertificate.clone();
    }

    /** Copies the clients' parts from the keys and certificates of a daemon. */
    public static ClientKeys of(TlsMaterial material) {
        return new ClientKeys(
                material.caPem(), material.clientCertPem(), material.clientKeyPem(), material.serverCertPem());
    }

    /** Returns whether the server's certificate is valid for a server name. */
    boolean certifies(String server) {
        return TlsMaterial.names(serverCertificate).contains(server);
    }

    /** Returns the three files that Docker's clients read, for a folder that only this user can open. */
    PrivateFiles files(String folder, int userId) {
        return PrivateFiles.in(folder, userId)
                .with("ca.pem", ca)
                .with("cert.pem", certificate)
                .with("key.pem", key);
    }

    /** Writes the three files that Docker's clients read into a new folder, which only this user can read and {@code undo} removes. */
    public Path write(UndoStack undo) throws IOException {
        Path folder = SessionFolder.create();
        undo.push("remove the certificates' folder", () -> SessionFolder.delete(folder));
        SessionFolder.write(folder.resolve("ca.pem"), ca);
        SessionFolder.write(folder.resolve("cert.pem"), certificate);
        SessionFolder.write(folder.resolve("key.pem"), key);
        return folder;
    }

    /** Returns the TLS context for this program's own client. */
    public SSLContext context() {
        return TlsMaterial.contextFromPem(ca, certificate, key);
    }

    @Override
    public String toString() {
        return "ClientKeys[..]";
    }
}
