package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;

/** Opens a shell beside a new Docker daemon; {@code docker run} works in this shell. The daemon is removed when you leave the shell. */
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
