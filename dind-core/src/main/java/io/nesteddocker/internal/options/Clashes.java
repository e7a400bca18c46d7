package io.nesteddocker.internal.options;

import io.nesteddocker.DataRoot;
import io.nesteddocker.DataRoot.Reuse;
import java.util.Map;
import java.util.Set;

/** Finds clashes between options before anything is created. */
public final class Clashes {

    /** The flags that the library sets itself, each with advice. */
    private static final Map<String, String> OWN_FLAGS = Map.ofEntries(
            Map.entry("--host", "use port(..) or insecurePort(..)"),
            Map.entry("-H", "use port(..) or insecurePort(..)"),
            Map.entry("--tls", "use port(..)"),
            Map.entry("--tlsverify", "use port(..)"),
            Map.entry("--tlscacert", "use port(..)"),
            Map.entry("--tlscert", "use port(..)"),
            Map.entry("--tlskey", "use port(..)"),
            Map.entry("--group", "leave it out, because the library sets the socket's group"),
            Map.entry("-G", "leave it out, because the library sets the socket's group"),
            Map.entry("--config-file", "use daemonArgs(..) with single flags"),
            Map.entry("--pidfile", "leave it out, because the start script relies on the default"),
            Map.entry("-p", "leave it out, because the start script relies on the default"),
            Map.entry("--exec-root", "leave it out, because the start script relies on the default"),
            Map.entry("--containerd", "leave it out, because the start script starts containerd"));

    /** The flags with which dockerd prints a text and ends, and the marks after which nothing is a flag. */
    private static final Set<String> NO_DAEMON = Set.of("--version", "-v", "--help", "-h", "--validate", "--", "-");

    /** The start script's variables for users without Java, each with advice. */
    private static final Map<String, String> OWN_VARIABLES = Map.of(
            "PORT", "use port(..) or insecurePort(..)",
            "LOG", "use logConsumer(..)",
            "DOCKER_DAEMON_ARGS", "use daemonArgs(..)");

    private Clashes() {}

    /** Throws an {@link IllegalStateException} if two options clash. */
    public static void refuse(Options options) {
        for (String argument : options.daemon().arguments()) {
            String flag = DaemonOptions.flag(argument);
            if (NO_DAEMON.contains(flag)) {
                throw between("daemonArgs(\"" + flag + "\")", "running a daemon", "leave it out");
            }
            String cure = OWN_FLAGS.get(flag);
            if (cure != null) {
                throw between("daemonArgs(\"" + flag + "..\")", "the library's own " + flag, cure);
            }
        }
        options.container().environment().keySet().forEach(Clashes::refuseVariable);
        refuseClashesOfRegistries(options);
        DaemonOptions daemon = options.daemon();
        if (daemon.storageDriver().isPresent() && daemon.gives("--storage-driver", "-s")) {
            throw between("storageDriver(..)", "daemonArgs(\"--storage-driver..\")", "keep one of the two");
        }
        if (!daemon.logLevel().isEmpty() && daemon.gives("--log-level", "-l")) {
            throw between("logLevel(..)", "daemonArgs(\"--log-level..\")", "keep one of the two");
        }
        if (!daemon.addressPools().isEmpty() && daemon.gives("--default-address-pool")) {
            throw between("addressPool(..)", "daemonArgs(\"--default-address-pool..\")", "keep one of the two");
        }
        refuseTwoVersions(options);
        if (!options.storage().dataRoot().equals(DataRoot.anonymousVolume()) && daemon.movesDataRoot()) {
            throw between("dataRoot(..)", "daemonArgs(\"--data-root..\")", "keep one of the two");
        }
        if (!options.network().aliases().isEmpty() && options.network().namesDefault()) {
            throw between(
                    "aliases " + options.network().aliases(),
                    "the network " + options.network().name() + ", which supports no aliases",
                    "use a network made with `docker network create`");
        }
        if (options.storage().dataRoot().kind() == DataRoot.Kind.MEMORY
                && options.container().limits().memoryBytes() > 0
                && options.storage().dataRoot().sizeInBytes()
                        >= options.container().limits().memoryBytes()) {
            throw between(
                    "dataRoot(memory " + options.storage().dataRoot().sizeInBytes() + " bytes)",
                    "memory(" + options.container().limits().memoryBytes() + " bytes)",
                    "give the daemon container more memory than its data root may fill");
        }
        options.lifecycle().reuse().ifPresent(reuse -> refuseClashesOfReuse(options, reuse));
        if (options.connection().onNetworks()
                && options.connection()
                        .apiPort()
                        .filter(port -> !port.encrypted())
                        .isPresent()) {
            throw between(
                    "listenOnNetworks()",
                    "insecurePort(..), which lets in all containers on those networks without a certificate",
                    "use port(..), or leave one of the two out");
        }
        if (options.lifecycle().keepRunning() && options.container().name().isEmpty()) {
            throw between("keepRunning()", "a daemon without a name", "add name(..), so that attach(..) can find it");
        }
        if (options.lifecycle().keepRunning() && options.storage().dataRoot().kind() == DataRoot.Kind.MEMORY) {
            throw between("keepRunning()", "a data root in memory", "use DataRoot.volume(..), which keeps the data");
        }
    }

    private static void refuseTwoVersions(Options options) {
        String version = options.daemon().minimumApiVersion();
        String inVariable = options.container().environment().getOrDefault(DaemonOptions.MINIMUM_API_VERSION, version);
        if (!version.isEmpty() && !version.equals(inVariable)) {
            throw between(
                    "minimumApiVersion(\"" + version + "\")",
                    "environment(\"" + DaemonOptions.MINIMUM_API_VERSION + "\", ..), which has another value",
                    "keep one of the two");
        }
    }

    private static void refuseClashesOfRegistries(Options options) {
        RegistryOptions registries = options.registries();
        if (!registries.mirrors().isEmpty() && options.daemon().gives("--registry-mirror")) {
            throw between("registryMirror(..)", "daemonArgs(\"--registry-mirror..\")", "keep one of the two");
        }
        if (!registries.insecure().isEmpty() && options.daemon().gives("--insecure-registry")) {
            throw between("insecureRegistry(..)", "daemonArgs(\"--insecure-registry..\")", "keep one of the two");
        }
        registries.authorities().keySet().stream()
                .filter(registries.insecure()::contains)
                .findFirst()
                .ifPresent(registry -> {
                    throw between(
                            "registryCa(\"" + registry + "\", ..)",
                            "insecureRegistry(\"" + registry + "\"), with which dockerd checks no certificate",
                            "leave out one of the two");
                });
        if (!registries.credentials().isEmpty()
                && options.container().environment().containsKey("DOCKER_CONFIG")) {
            throw between(
                    "registryCredentials(..)",
                    "environment(\"DOCKER_CONFIG\", ..), which keeps the docker command from finding them",
                    "keep one of the two");
        }
    }

    private static void refuseClashesOfReuse(Options options, ReuseOptions reuse) {
        if (options.lifecycle().keepRunning()) {
            throw between("reuse(..)", "keepRunning()", "keep one of the two");
        }
        if (!options.container().name().isEmpty()) {
            throw between(
                    "reuse(..)",
                    "name(..)",
                    "leave out name(..), because several programs may have a daemon of the same kind at one time");
        }
        if (options.storage().dataRoot().kind() == DataRoot.Kind.NAMED_VOLUME) {
            throw between(
                    "reuse(..)", "a named volume", "use the default data root, which lives as long as the daemon");
        }
        if (reuse.condition() == Reuse.FRESH
                && options.connection()
                        .apiPort()
                        .filter(port -> port.number() != 0)
                        .isPresent()) {
            throw between(
                    "reuse(.., Reuse.FRESH)",
                    "a port with a fixed number, because the spare daemon needs one, too",
                    "use port(0), or another Reuse");
        }
    }

    /** Refuses variables of the start script, which would open ports, move the log or add flags without the options' knowledge. */
    private static void refuseVariable(String name) {
        String cure = name.startsWith("DIND_") ? "leave it out" : OWN_VARIABLES.get(name);
        if (cure != null) {
            throw between("environment(\"" + name + "\", ..)", "the start script's own " + name, cure);
        }
    }

    /** Creates the exception for two options that clash. */
    public static IllegalStateException between(String one, String other, String cure) {
        return new IllegalStateException(
                "Tried to start a nested daemon with " + one + " but that clashes with " + other + "; " + cure + ".");
    }
}
