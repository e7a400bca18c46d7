package io.nesteddocker.shell;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import java.util.Arrays;

/** A program for tests with terminals: it starts a daemon and hands its terminal over to a command beside that. */
public final class TerminalProgram {

    private TerminalProgram() {}

    /** Takes the daemon container's name and the command; ends with the command's exit code, or with 99 where that failed. */
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
