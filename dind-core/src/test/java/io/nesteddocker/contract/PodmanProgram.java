package io.nesteddocker.contract;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.net.URI;

/** Starts a daemon on the engine whose address is the argument, and waits to be killed. */
final class PodmanProgram {

    private PodmanProgram() {}

    public static void main(String[] arguments) throws IOException {
        NestedDocker docker =
                NestedDocker.builder().outer(URI.create(arguments[0])).start();
        System.out.println("READY " + docker.daemonContainerId());
        System.in.read();
    }
}
