package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** What a client of a TLS port needs, in memory until somebody asks for files. Immutable and thread-safe. */
public final class ClientKeys {

    private final byte[] ca;
    private final byte[] certificate;
    private final byte[] key;

    /** Takes the authority's certificate, the client's certificate and the client's key, all in PEM. */
    public ClientKeys(byte[] ca, byte[] certificate, byte[] key) {
        this.ca = ca.clone();
        this.certificate = certificate.clone();
        this.key = key.clone();
    }

    /** Writes the three files that docker's clients look for, readable by this user alone, into a fresh folder that {@code undo} removes. */
    public Path write(UndoStack undo) throws IOException {
        Path folder = SessionFolder.create();
        undo.push("remove the certificates' folder", () -> SessionFolder.delete(folder));
        SessionFolder.write(folder.resolve("ca.pem"), ca);
        SessionFolder.write(folder.resolve("cert.pem"), certificate);
        SessionFolder.write(folder.resolve("key.pem"), key);
        return folder;
    }

    /** What a client of ours needs. */
    public SSLContext context() {
        return TlsMaterial.contextFromPem(ca, certificate, key);
    }

    @Override
    public String toString() {
        return "ClientKeys[..]";
    }
}
