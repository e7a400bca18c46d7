package io.nesteddocker.start;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import java.nio.file.Path;

/** A program for tests: it starts a daemon that shares a folder, and prints whether the outer engine refused that. */
public final class SharingProgram {

    private SharingProgram() {}

    /** Runs the program; the argument is the folder. */
    public static void main(String[] args) {
        try (NestedDocker docker =
                NestedDocker.builder().share(Path.of(args[0])).start()) {
            System.out.println("SHARED with " + docker.name());
        } catch (OuterEngineException e) {
            System.out.println("REFUSED " + e.getMessage());
        }
    }
}
