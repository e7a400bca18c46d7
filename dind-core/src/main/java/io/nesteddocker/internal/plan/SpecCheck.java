package io.nesteddocker.internal.plan;

import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDockerSpec;
import java.util.List;
import java.util.Map;

/** Finds options that clash, before anything is created. */
public final class SpecCheck {

    /** Flags that the library sets itself, each with the option that sets it. */
    private static final Map<String, String> OWN_FLAGS = Map.ofEntries(
            Map.entry("--host", "port(..) or insecurePort(..)"),
            Map.entry("-H", "port(..) or insecurePort(..)"),
            Map.entry("--tls", "port(..)"),
            Map.entry("--tlsverify", "port(..)"),
            Map.entry("--tlscacert", "port(..)"),
            Map.entry("--tlscert", "port(..)"),
            Map.entry("--tlskey", "port(..)"),
            Map.entry("--group", "nothing, for the library sets the socket's group"),
            Map.entry("-G", "nothing, for the library sets the socket's group"),
            Map.entry("--config-file", "daemonArgs(..) with single flags"),
            Map.entry("--pidfile", "nothing, for the start script owns it"),
            Map.entry("-p", "nothing, for the start script owns it"),
            Map.entry("--exec-root", "nothing, for the start script owns it"));

    private SpecCheck() {}

    /** Throws an {@link IllegalStateException} where two options of {@code spec} cannot both hold. */
    public static void refuseClashes(NestedDockerSpec spec) {
        for (String argument : spec.daemonOptions().arguments()) {
            String flag = argument.split("=", 2)[0];
            if (OWN_FLAGS.containsKey(flag)) {
                throw clash(
                        "daemonArgs(\"" + flag + "..\")", "the library's own " + flag, "use " + OWN_FLAGS.get(flag));
            }
        }
        List<String> arguments = spec.daemonOptions().arguments();
        if (spec.daemonOptions().storageDriver().isPresent() && gives(arguments, "--storage-driver", "-s")) {
            throw clash("storageDriver(..)", "daemonArgs(\"--storage-driver..\")", "keep one of the two");
        }
        if (!spec.daemonOptions().logLevel().isEmpty() && gives(arguments, "--log-level", "-l")) {
            throw clash("logLevel(..)", "daemonArgs(\"--log-level..\")", "keep one of the two");
        }
        if (spec.dataRoot().kind() == DataRoot.Kind.MEMORY
                && spec.limits().memoryBytes() > 0
                && spec.dataRoot().sizeInBytes() >= spec.limits().memoryBytes()) {
            throw clash(
                    "dataRoot(memory " + spec.dataRoot().sizeInBytes() + " bytes)",
                    "memory(" + spec.limits().memoryBytes() + " bytes)",
                    "give the daemon container more memory than its data root may fill");
        }
        if (spec.keepRunning() && spec.name().isEmpty()) {
            throw clash("keepRunning()", "a daemon without a name", "add name(..), so that attach(..) can find it");
        }
        if (spec.keepRunning() && spec.dataRoot().kind() == DataRoot.Kind.MEMORY) {
            throw clash("keepRunning()", "a data root in memory", "use DataRoot.volume(..) for data that is to stay");
        }
    }

    /** Whether one of {@code flags} is among {@code arguments}, with or without a value. */
    static boolean gives(List<String> arguments, String... flags) {
        return arguments.stream().map(argument -> argument.split("=", 2)[0]).anyMatch(List.of(flags)::contains);
    }

    private static IllegalStateException clash(String one, String other, String cure) {
        return new IllegalStateException(
                "Tried to start a nested daemon with " + one + " but that clashes with " + other + "; " + cure + ".");
    }
}
