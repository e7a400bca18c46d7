package io.nesteddocker.nativeimage;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.TinyImage;

/** A program with a typical use of the library: it starts a daemon with an image and uses containers in the daemon. */
final class OrdinaryProgram {

    private OrdinaryProgram() {}

    public static void main(String[] args) {
        try (NestedDocker docker = NestedDocker.builder().images(TinyImage.NAME).start()) {
            DockerClient inner = docker.client();
            System.out.println("PRINTED " + InnerContainers.output(inner, "echo", "Hello from inside"));
            String sleeper = InnerContainers.startSleeper(inner, request -> request);
            System.out.println("EXECUTED " + InnerContainers.exec(inner, sleeper, "echo", "Hello again"));
            String server = InnerContainers.start(inner, request -> request, "httpd", "-f", "-p", "8080");
            System.out.println("ADDRESS " + docker.addressOf(server, 8080));
            System.out.println("BESIDE " + docker.exec("true").exitCode());
            System.out.println("ENGINE " + inner.infoCmd().exec().getServerVersion());
            System.out.println("CONTAINERS " + inner.listContainersCmd().exec().size());
            System.out.println("IMAGES " + inner.listImagesCmd().exec().size());
            inner.createNetworkCmd().withName("net").exec();
            System.out.println("NETWORK "
                    + inner.inspectNetworkCmd().withNetworkId("net").exec().getName());
            inner.createVolumeCmd().withName("vol").exec();
            System.out.println("VOLUME " + inner.inspectVolumeCmd("vol").exec().getName());
            System.out.println("DIAGNOSTICS " + docker.diagnostics());
        }
        System.out.println("CLOSED");
    }
}
