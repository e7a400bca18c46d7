package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.FreePort;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts and removes containers with published ports at random, several at a time. */
@Timeout(1800)
@ExtendWith(LeakCheck.class)
class PublishedPortStormIT {

    /** The number of containers. The default finds most errors; a property can set a larger number. */
    private static final int CONTAINERS = Integer.getInteger("nested-docker.storm.containers", 40);

    private static final int AT_ONCE = 6;
    private static final int NUMBERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource(names = {"SAME", "RANDOM"})
    void eachPortLeadsToItsContainerOnlyAndIsFreeAfterIt(PortMapping mapping) throws Exception {
        try (NestedDocker docker = NestedDocker.builder()
                .connection(mapping == PortMapping.SAME ? ConnectionMode.AUTOMATIC : ConnectionMode.TUNNEL)
                .publishPorts(mapping)
                .start()) {
            TinyImage.into(docker);
            List<Integer> numbers = distinctNumbers();
            AtomicInteger left = new AtomicInteger(CONTAINERS);
            ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
            try {
                List<Future<?>> workers = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    Random random = new Random(i);
                    // Each worker has its own port numbers and reuses them.
                    List<Integer> own = numbers.subList(NUMBERS * i, NUMBERS * (i + 1));
                    workers.add(threads.submit(() -> {
                        while (left.getAndDecrement() > 0) {
                            round(docker, mapping, random, own.get(random.nextInt(NUMBERS)));
                        }
                        return null;
                    }));
                }
                for (Future<?> worker : workers) {
                    worker.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(docker.publishedPorts()).isEmpty();
        }
    }

    private static void round(NestedDocker docker, PortMapping mapping, Random random, int number) throws IOException {
        String id = InnerContainers.start(
                docker.client(),
                request -> request.withExposedPorts(ExposedPort.tcp(7))
                        .withHostConfig(HostConfig.newHostConfig()
                                .withPortBindings(new PortBinding(Ports.Binding.bindPort(number), ExposedPort.tcp(7)))),
                "nc",
                "-ll",
                "-p",
                "7",
                "-e",
                "hostname");
        InetSocketAddress address = docker.publishedPort(id, 7);
        for (int i = random.nextInt(4); i >= 0; i--) {
            assertThat(answer(address)).isEqualTo(id.substring(0, 12));
        }
        if (random.nextBoolean()) {
            docker.client().removeContainerCmd(id).withForce(true).exec();
        } else {
            docker.client().killContainerCmd(id).exec();
            docker.client().removeContainerCmd(id).withForce(true).exec();
        }
        assertThat(PublishedPortsIT.readQuietly(address))
                .as("what port %s answers after its container was removed", address.getPort())
                .isNotEqualTo(id.substring(0, 12));
        if (mapping == PortMapping.SAME) {
            assertThat(FreePort.isFree(number)).as("port %s is free", number).isTrue();
        }
    }

    private static List<Integer> distinctNumbers() {
        Set<Integer> numbers = new LinkedHashSet<>();
        while (numbers.size() < AT_ONCE * NUMBERS) {
            numbers.add(FreePort.tcp());
        }
        return List.copyOf(numbers);
    }

    private static String answer(InetSocketAddress address) {
        return Eventually.value(PATIENCE, () -> PublishedPortsIT.readQuietly(address), answer -> !answer.isEmpty());
    }
}
