package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;

/** Drops you into a shell beside a Docker daemon of its own, where {@code docker run} works; the daemon goes when you leave. */
public final class InteractiveShell {

    private InteractiveShell() {}

    /**
     * Runs the example, and ends with the shell's exit code.
     *
     * @param args a command to run instead of a shell
     */
    public static void main(String[] args) throws Exception {
        // tag::main[]
        int exitCode;
        try (NestedDocker docker =
                NestedDocker.builder().images(ExampleImage.name()).start()) {
            exitCode = docker.interactiveShell(args);
        }
        System.exit(exitCode);
        // end::main[]
    }
}
