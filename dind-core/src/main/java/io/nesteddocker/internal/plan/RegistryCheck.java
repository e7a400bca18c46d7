package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.RegistryOptions;
import java.util.List;

/** Finds options of registries that clash. */
final class RegistryCheck {

    private RegistryCheck() {}

    static void refuseClashes(Options options) {
        RegistryOptions registries = options.registries();
        List<String> arguments = options.daemon().arguments();
        if (!registries.mirrors().isEmpty() && SpecCheck.gives(arguments, "--registry-mirror")) {
            throw SpecCheck.clash("registryMirror(..)", "daemonArgs(\"--registry-mirror..\")", "keep one of the two");
        }
        if (!registries.insecure().isEmpty() && SpecCheck.gives(arguments, "--insecure-registry")) {
            throw SpecCheck.clash(
                    "insecureRegistry(..)", "daemonArgs(\"--insecure-registry..\")", "keep one of the two");
        }
        registries.authorities().keySet().stream()
                .filter(registries.insecure()::contains)
                .findFirst()
                .ifPresent(registry -> {
                    throw SpecCheck.clash(
                            "registryCa(\"" + registry + "\", ..)",
                            "insecureRegistry(\"" + registry + "\"), with which dockerd checks no certificate",
                            "leave out one of the two");
                });
        if (!registries.credentials().isEmpty()
                && options.container().environment().containsKey("DOCKER_CONFIG")) {
            throw SpecCheck.clash(
                    "registryCredentials(..)",
                    "environment(\"DOCKER_CONFIG\", ..), which keeps the docker command from finding them",
                    "keep one of the two");
        }
    }
}
