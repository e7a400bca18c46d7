package io.nesteddocker.internal.launch;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.internal.link.TlsMaterial;
import io.nesteddocker.internal.plan.ContainerPlanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** What is put into a created daemon container: the start script and, where the API has a TLS port, the certificates. */
final class InitArchive {

    private static final String TLS = ContainerPlanner.FOLDER + "/tls/";
    private static final byte[] SCRIPT = script();

    private InitArchive() {}

    /**
     * Packs a tar archive for the container's root folder.
     *
     * @param tls certificates for the API's TLS port
     * @param withClientKey whether the client's key goes along, so that another program can attach
     */
    static byte[] pack(Optional<TlsMaterial> tls, boolean withClientKey) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            folder(tar, ContainerPlanner.FOLDER + "/");
            file(tar, ContainerPlanner.FOLDER + "/" + ContainerPlanner.SCRIPT, SCRIPT, 0755);
            if (tls.isPresent()) {
                folder(tar, TLS);
                file(tar, TLS + "ca.pem", tls.get().caPem(), 0600);
                file(tar, TLS + "server-cert.pem", tls.get().serverCertPem(), 0600);
                file(tar, TLS + "server-key.pem", tls.get().serverKeyPem(), 0600);
                if (withClientKey) {
                    file(tar, TLS + "client-cert.pem", tls.get().clientCertPem(), 0600);
                    file(tar, TLS + "client-key.pem", tls.get().clientKeyPem(), 0600);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode((TarArchiveEntry.DEFAULT_DIR_MODE & ~0777) | 0700);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int permissions)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode((TarArchiveEntry.DEFAULT_FILE_MODE & ~0777) | permissions);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] script() {
        try (InputStream script = DaemonImage.class.getResourceAsStream("image/" + ContainerPlanner.SCRIPT)) {
            return Objects.requireNonNull(script, "the start script is missing from the library's jar")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
