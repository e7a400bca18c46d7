package io.nesteddocker.remote;

import io.nesteddocker.Endpoint.Neighbour;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.OuterNeighbour;
import io.nesteddocker.testing.OuterNetwork;
import io.nesteddocker.testing.TinyImage;

/** Starts a daemon on the engine of its environment, lets neighbours use it in each way, and prints the results. */
public final class NeighbourProgram {

    private static final String[] HELLO = {"docker", "run", "--rm", TinyImage.NAME, "echo", "hello"};

    private NeighbourProgram() {}

    public static void main(String[] args) {
        try (OuterNetwork network = OuterNetwork.create();
                NestedDocker docker = NestedDocker.builder()
                        .network(network.name())
                        .listenOnNetworks()
                        .images(TinyImage.NAME)
                        .start()) {
            System.out.println("LINK " + docker.engine().connection());
            Neighbour endpoint = docker.endpointFor(network.name());
            System.out.println("FILES "
                    + OuterNeighbour.withFiles(network.name(), endpoint, HELLO).output());
            System.out.println("VOLUME "
                    + OuterNeighbour.withVolume(network.name(), endpoint.forUser(1000), "1000", HELLO)
                            .output());
            String withoutKey = "rm $DOCKER_CERT_PATH/cert.pem $DOCKER_CERT_PATH/key.pem; docker version";
            System.out.println("WITHOUT "
                    + OuterNeighbour.withFiles(network.name(), endpoint, "sh", "-c", withoutKey)
                            .output()
                            .replace('\n', ' '));
        }
        System.out.println("DONE");
    }
}
