package io.nesteddocker.shell;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import java.util.Arrays;

/** A program for tests with terminals: it starts a daemon and connects its terminal with a command beside the daemon. */
public final class TerminalProgram {

    private TerminalProgram() {}

    /** Runs the program; the arguments are the daemon container's name and the command. Exits as the command does, or with 99. */
    public static void main(String[] args) {
        int exitCode;
        try (NestedDocker docker = NestedDocker.builder().name(args[0]).start()) {
            System.out.println("PROGRAM " + ProcessHandle.current().pid());
            exitCode = docker.interactiveShell(Arrays.copyOfRange(args, 1, args.length));
        } catch (NestedDockerException e) {
            System.out.println("FAILED " + e.getMessage());
            exitCode = 99;
        }
        System.exit(exitCode);
    }
}
