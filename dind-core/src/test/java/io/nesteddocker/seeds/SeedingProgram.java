package io.nesteddocker.seeds;

import io.nesteddocker.NestedDocker;

/** The program that seed tests run in another JVM. It starts a daemon from one image with another image inside, and prints that. */
final class SeedingProgram {

    private SeedingProgram() {}

    public static void main(String[] arguments) {
        System.out.println("STARTING");
        try (NestedDocker docker =
                NestedDocker.builder().image(arguments[0]).images(arguments[1]).start()) {
            System.out.println("READY " + docker.diagnostics().images().get(0));
        }
    }
}
