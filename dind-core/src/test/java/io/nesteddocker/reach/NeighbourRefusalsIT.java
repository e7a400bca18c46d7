package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.model.Network.Ipam.Config;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterNetwork;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A call that can't make an endpoint for neighbours fails before it changes anything. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class NeighbourRefusalsIT {

    private static OuterNetwork network;
    private static NestedDocker docker;

    @BeforeAll
    static void start() {
        network = OuterNetwork.create();
        docker = NestedDocker.builder().listenOnNetworks().start();
    }

    @AfterAll
    static void close() {
        docker.close();
        network.close();
    }

    @Test
    void aNetworkThatIsNotThereIsRefused() {
        ErrorSentence.of(refusal("no-such-network"))
                .tried("make an endpoint on the network no-such-network")
                .on("for the daemon container " + docker.name())
                .because("has no network of that name")
                .cure("create it first with `docker network create no-such-network`");
    }

    @Test
    void theDefaultBridgeIsRefused() {
        ErrorSentence.of(refusal("bridge"))
                .tried("make an endpoint on the network bridge")
                .on(docker.name())
                .because("containers on that network have no names for each other")
                .cure("use a network made with `docker network create`");
    }

    @Test
    void aNetworkWithoutANameIsRefused() {
        Throwable refusal = catchThrowable(() -> docker.endpointFor(" "));
        assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
        ErrorSentence.of(refusal)
                .tried("make an endpoint for the neighbours")
                .on(docker.name())
                .because("the network's name is blank")
                .cure("give the name of an outer network");
    }

    @Test
    void aNetworkWithTheAddressesOfAnInnerNetworkIsRefused() {
        String inner = docker.client().inspectNetworkCmd().withNetworkId("bridge").exec().getIpam().getConfig().stream()
                .map(Config::getSubnet)
                .findFirst()
                .orElseThrow();
        try (OuterNetwork clashing = OuterNetwork.create(inner)) {
            ErrorSentence.of(refusal(clashing.name()))
                    .tried("make an endpoint on the network " + clashing.name())
                    .on(docker.name())
                    .because("its inner network bridge has the same addresses, " + inner)
                    .cure("make the outer network before the daemon starts");
            assertThat(clashing.has(docker.daemonContainerId())).isFalse();
        }
    }

    @Test
    void aDaemonOnTheNetworkWithoutTheNameInItsCertificateIsRefused() {
        String name = "Docker_" + OuterTestEngine.thisJvm();
        try (OuterNetwork joined = OuterNetwork.createApart();
                NestedDocker odd =
                        NestedDocker.builder().name(name).listenOnNetworks().start()) {
            OuterTestEngine.client()
                    .connectToNetworkCmd()
                    .withNetworkId(joined.name())
                    .withContainerId(odd.daemonContainerId())
                    .exec();
            ErrorSentence.of(catchThrowable(() -> odd.endpointFor(joined.name())))
                    .tried("make an endpoint on the network " + joined.name())
                    .on(name)
                    .because("connected to that network without the name nested-docker-")
                    .cure("disconnect it with `docker network disconnect " + joined.name() + " " + name + "`");
        }
    }

    @Test
    void aDaemonThatListensOnNoNetworkIsRefused() {
        try (NestedDocker silent = NestedDocker.builder().start()) {
            Throwable refusal = catchThrowable(() -> silent.endpointFor(network.name()));
            assertThat(refusal).isInstanceOf(IllegalStateException.class);
            ErrorSentence.of(refusal)
                    .tried("make an endpoint on the network " + network.name())
                    .on(silent.name())
                    .because("its API listens on no network")
                    .cure("start the daemon with listenOnNetworks() or port(..)");
            assertThat(network.has(silent.daemonContainerId())).isFalse();
        }
    }

    @Test
    void aDaemonThatLetsInEveryoneIsRefused() {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        try (NestedDocker open = NestedDocker.builder().insecurePort(0).start()) {
            ErrorSentence.of(catchThrowable(() -> open.endpointFor(network.name())))
                    .tried("make an endpoint on the network " + network.name())
                    .on(open.name())
                    .because("listens in plain text, so everyone there gets in without a certificate")
                    .cure("start the daemon with port(..) in place of insecurePort(..)");
            assertThat(network.has(open.daemonContainerId())).isFalse();
        }
    }

    @Test
    void aClosedDaemonIsRefused() {
        NestedDocker closed = NestedDocker.builder().listenOnNetworks().start();
        var endpoint = closed.endpointFor(network.name());
        closed.close();
        for (Throwable refusal : List.of(
                catchThrowable(() -> closed.endpointFor(network.name())),
                catchThrowable(endpoint::volume),
                catchThrowable(() -> endpoint.copyInto("any")))) {
            assertThat(refusal).isInstanceOf(IllegalStateException.class);
            ErrorSentence.of(refusal)
                    .tried("Tried to ")
                    .on(closed.name())
                    .because("it was closed")
                    .cure("start another daemon");
        }
    }

    @Test
    void aContainerThatIsNotThereIsRefused() {
        var endpoint = docker.endpointFor(network.name());
        ErrorSentence.of(
                        catchThrowableOfType(NestedDockerException.class, () -> endpoint.copyInto("no-such-container")))
                .tried("copy the client certificate into the container no-such-container")
                .on(docker.name())
                .because("has no such container")
                .cure("give the ID of a container that was created there");
    }

    private static NestedDockerException refusal(String name) {
        return catchThrowableOfType(NestedDockerException.class, () -> docker.endpointFor(name));
    }
}
