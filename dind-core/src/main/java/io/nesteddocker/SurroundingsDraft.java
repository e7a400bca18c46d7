package io.nesteddocker;

import io.nesteddocker.Surroundings.SharedFolder;
import io.nesteddocker.internal.Given;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The options of a builder for the surroundings of the daemon container; checks and collects their values. */
final class SurroundingsDraft {

    /** A mount at one of these paths would hide files that the daemon needs. */
    private static final Set<String> NEEDED = Set.of(
            "/",
            "/bin",
            "/etc",
            "/lib",
            "/lib64",
            "/opt",
            "/root",
            "/sbin",
            "/tmp",
            "/usr",
            "/usr/bin",
            "/usr/lib",
            "/usr/local",
            "/usr/sbin",
            "/var",
            "/var/lib",
            "/var/run");

    /** The daemon container uses these folders itself, so nothing may be mounted at these paths or below them. */
    private static final List<String> OWN =
            List.of("/dev", "/nested-docker", "/proc", "/run", "/sys", "/var/lib/docker", "/var/lib/containerd");

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+");

    /** The outer engine replaces this word by its own address. */
    private static final String OUTER_GATEWAY = "host-gateway";

    private final Map<String, SharedFolder> folders = new LinkedHashMap<>();
    private final Map<String, String> extraHosts = new LinkedHashMap<>();
    private final List<String> dns = new ArrayList<>();
    private final List<String> authorities = new ArrayList<>();

    private Proxies proxies = Proxies.inherit();

    SurroundingsDraft() {}

    SurroundingsDraft(Surroundings surroundings) {
        surroundings.folders().forEach(folder -> folders.put(folder.path(), folder));
        extraHosts.putAll(surroundings.extraHosts());
        dns.addAll(surroundings.dns());
        authorities.addAll(surroundings.authorities());
        proxies = surroundings.proxies();
    }

    Surroundings toSurroundings() {
        return new Surroundings(List.copyOf(folders.values()), extraHosts, dns, authorities, proxies);
    }

    void folder(Path folder, boolean readOnly) {
        Given.value(folder, "the folder to share");
        Path absolute = folder.toAbsolutePath().normalize();
        String path = absolute.toString();
        if (!path.startsWith("/")) {
            throw refused(folder, "a daemon container has no such path", "give one that begins with a slash");
        }
        if (!Files.isDirectory(absolute)) {
            throw refused(folder, "there is no such folder", "make it first, or copy single files with copyIn(..)");
        }
        if (NEEDED.contains(path) || OWN.stream().anyMatch(own -> path.equals(own) || path.startsWith(own + "/"))) {
            throw refused(
                    folder,
                    "the daemon container needs its own folder there",
                    "share a folder below it or elsewhere, such as one in your home");
        }
        folders.put(path, new SharedFolder(path, readOnly));
    }

    private static IllegalArgumentException refused(Path folder, String reason, String cure) {
        return new IllegalArgumentException(
                "Tried to share the folder " + folder + " with the daemon container but " + reason + "; " + cure + ".");
    }

    void proxies(Proxies given) {
        proxies = Given.value(given, "the proxies");
    }

    void extraHost(String name, String address) {
        Given.value(name, "the extra host's name");
        Given.value(address, "the extra host's address");
        if (!HOST_NAME.matcher(name).matches()
                || !(ADDRESS.matcher(address).matches() || address.equals(OUTER_GATEWAY))) {
            throw new IllegalArgumentException("Tried to give the daemon container the name \"" + name
                    + "\" for the address \"" + address
                    + "\" but that is not a host's name and a numeric address; give a pair such as \"build.example\" and"
                    + " \"192.0.2.7\", or \"host-gateway\" for the machine of the outer engine.");
        }
        extraHosts.put(name, address);
    }

    void dns(String address) {
        Given.value(address, "the name server's address");
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("Tried to use the name server \"" + address
                    + "\" but name servers are given by their numeric address; give one such as 192.0.2.53.");
        }
        dns.add(address);
    }

    void authority(Path file) {
        Given.value(file, "the file with the certificate");
        try {
            String pem = Files.readString(file);
            if (pem.contains("PRIVATE KEY")) {
                throw untrusted(file, "it has a private key in it, which would get into the daemon container");
            }
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty()) {
                throw untrusted(file, "it has no certificate in it");
            }
            authorities.add(pem);
        } catch (IOException e) {
            throw untrusted(file, "it can't be read");
        } catch (CertificateException e) {
            throw untrusted(file, "it is not a certificate");
        }
    }

    private static IllegalArgumentException untrusted(Path file, String reason) {
        return new IllegalArgumentException("Tried to trust the certificates in " + file + " but " + reason
                + "; give a file with certificates in PEM form.");
    }
}
