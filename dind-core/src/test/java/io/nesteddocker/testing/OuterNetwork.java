package io.nesteddocker.testing;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import com.github.dockerjava.api.model.Network.Ipam.Config;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** A network of the outer engine that a test creates and removes. */
public final class OuterNetwork implements AutoCloseable {

    private static final int MOST_ATTEMPTS = 10;

    private final String id;
    private final String name;

    private OuterNetwork(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** Creates a network whose addresses the engine chooses. */
    public static OuterNetwork create() {
        return create(new Ipam());
    }

    /** Creates a network with addresses that no other network has, and that daemons don't choose for inner networks. */
    public static OuterNetwork createApart() {
        for (int attempt = 1; ; attempt++) {
            try {
                return create("10.231." + ThreadLocalRandom.current().nextInt(256) + ".0/24");
            } catch (DockerException e) {
                // Another test JVM may have a network with these addresses.
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Creates a network with these addresses. */
    public static OuterNetwork create(String subnet) {
        return create(new Ipam().withConfig(new Config().withSubnet(subnet)));
    }

    private static OuterNetwork create(Ipam ipam) {
        String name = "nested-docker-test-" + UUID.randomUUID();
        String id = OuterTestEngine.client()
                .createNetworkCmd()
                .withName(name)
                .withIpam(ipam)
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .exec()
                .getId();
        return new OuterNetwork(id, name);
    }

    /** Returns the name of the network. */
    public String name() {
        return name;
    }

    /** Returns whether a container is connected to the network. */
    public boolean has(String containerId) {
        return OuterTestEngine.inspect(containerId)
                .orElseThrow()
                .getNetworkSettings()
                .getNetworks()
                .containsKey(name);
    }

    @Override
    public void close() {
        OuterTestEngine.client().removeNetworkCmd(id).exec();
    }
}
