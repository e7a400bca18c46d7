package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.Scripts;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.plan.ContainerPlanner;
import io.nesteddocker.internal.plan.ProxyFile;
import io.nesteddocker.internal.registry.RegistryCredentials;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that are put into a daemon container: the start script, the relay, certificates, proxies and credentials. */
final class InitArchive {

    private static final String FOLDER = ContainerPlanner.FOLDER + "/";
    private static final String TLS = FOLDER + "tls/";
    private static final String FIREWALL = FOLDER + "firewall/";

    private static final String CERTIFICATES = "etc/docker/certs.d/";

    /** The path prefix of trusted certificates. Go programs such as dockerd read all files in this folder, on every Linux distribution. */
    private static final String TRUSTED = "etc/ssl/certs/nested-docker-";

    /** The name of the file with the credentials for registries, for a program that attaches. */
    static final String ACCOUNTS = "registry-accounts.json";

    /** The name of the file with the hash of the options, for a program that reuses the daemon. */
    static final String FINGERPRINT = "options.sha256";

    /** Another name of the relay's program. Under this name, it lets one program at a time hold the daemon. */
    private static final String HOLD = "hold";

    private InitArchive() {}

    /**
     * Returns a hash of everything that determines a daemon: the options, the credentials and proxies to which they refer in this program,
     * and this version's start script and relay.
     */
    static String fingerprint(
            Options options, Optional<byte[]> relay, RegistryCredentials credentials, String proxies) {
        MessageDigest hash = Sha256.begin();
        hash.update(options.fingerprint().getBytes(StandardCharsets.UTF_8));
        hash.update(Scripts.text("image/" + ContainerPlanner.SCRIPT).getBytes(StandardCharsets.UTF_8));
        relay.ifPresent(hash::update);
        if (!credentials.isEmpty()) {
            hash.update(credentials.toConfigFile());
        }
        hash.update(proxies.getBytes(StandardCharsets.UTF_8));
        return Sha256.hexDigits(Sha256.end(hash));
    }

    /**
     * Packs a tar archive for the container's root folder.
     *
     * @param relay the program that carries streams, if there is one for the outer engine's processor
     * @param tls certificates for the API's TLS port
     * @param authorities the certificate authorities that the inner engine trusts, by registry
     * @param trusted certificates of the authorities that the daemon trusts for all connections
     * @param credentials the credentials for registries
     * @param proxies the lines of the start script's file with proxies
     * @param forOthers whether to include the client's key and the credentials, so that another program can attach
     * @param fingerprint the hash of the options, if the daemon is reused
     */
    static byte[] pack(
            Optional<byte[]> relay,
            Optional<TlsMaterial> tls,
            Map<String, String> authorities,
            List<String> trusted,
            RegistryCredentials credentials,
            String proxies,
            boolean forOthers,
            Optional<String> fingerprint) {
        TarArchive tar = new TarArchive()
                .folder(FOLDER, 0700)
                .imageFile(FOLDER + ContainerPlanner.SCRIPT, 0755, ContainerPlanner.SCRIPT);
        relay.ifPresent(program -> add(tar, program));
        fingerprint.ifPresent(hash -> tar.link(FOLDER + HOLD, RelayProgram.NAME)
                .file(FOLDER + FINGERPRINT, 0600, hash.getBytes(StandardCharsets.US_ASCII)));
        tls.ifPresent(material -> add(tar, material, forOthers));
        authorities.forEach((registry, pem) -> add(tar, registry, pem));
        for (int i = 0; i < trusted.size(); i++) {
            tar.file(TRUSTED + (i + 1) + ".pem", 0644, trusted.get(i).getBytes(StandardCharsets.UTF_8));
        }
        if (!proxies.isEmpty()) {
            tar.file(FOLDER + ProxyFile.NAME, 0600, proxies.getBytes(StandardCharsets.UTF_8));
        }
        if (!credentials.isEmpty()) {
            add(tar, credentials, forOthers);
        }
        return tar.toBytes();
    }

    /** Adds the relay, also under the names by which dockerd calls it to set its first firewall rules. */
    private static void add(TarArchive tar, byte[] relay) {
        tar.file(FOLDER + RelayProgram.NAME, 0755, relay)
                .folder(FIREWALL, 0700)
                .link(FIREWALL + "iptables", "../" + RelayProgram.NAME)
                .link(FIREWALL + "ip6tables", "../" + RelayProgram.NAME);
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

    private static void add(TarArchive tar, String registry, String pem) {
        String folder = CERTIFICATES + registry + "/";
        tar.folder(folder, 0755).file(folder + "ca.crt", 0644, pem.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds the credentials to root's home, from which the {@code docker} command reads them. */
    private static void add(TarArchive tar, RegistryCredentials credentials, boolean forOthers) {
        byte[] file = credentials.toConfigFile();
        tar.folder("root/.docker/", 0700).file("root/.docker/config.json", 0600, file);
        if (forOthers) {
            tar.file(FOLDER + ACCOUNTS, 0600, file);
        }
    }
}
