package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.images.TarArchive;
import io.nesteddocker.internal.link.TlsMaterial;
import io.nesteddocker.internal.plan.ContainerPlanner;
import java.util.Optional;

/** What is put into a daemon container: the start script and, where the API has a TLS port, the certificates. */
final class InitArchive {

    private static final String FOLDER = ContainerPlanner.FOLDER + "/";
    private static final String TLS = FOLDER + "tls/";

    private InitArchive() {}

    /**
     * Packs a tar archive for the container's root folder.
     *
     * @param tls certificates for the API's TLS port
     * @param withClientKey whether the client's key goes along, so that another program can attach
     */
    static byte[] pack(Optional<TlsMaterial> tls, boolean withClientKey) {
        TarArchive tar = new TarArchive()
                .folder(FOLDER, 0700)
                .imageFile(FOLDER + ContainerPlanner.SCRIPT, 0755, ContainerPlanner.SCRIPT);
        tls.ifPresent(material -> add(tar, material, withClientKey));
        return tar.toBytes();
    }

    private static void add(TarArchive tar, TlsMaterial tls, boolean withClientKey) {
        tar.folder(TLS, 0700)
                .file(TLS + "ca.pem", 0600, tls.caPem())
                .file(TLS + "server-cert.pem", 0600, tls.serverCertPem())
                .file(TLS + "server-key.pem", 0600, tls.serverKeyPem());
        if (withClientKey) {
            tar.file(TLS + "client-cert.pem", 0600, tls.clientCertPem())
                    .file(TLS + "client-key.pem", 0600, tls.clientKeyPem());
        }
    }
}
