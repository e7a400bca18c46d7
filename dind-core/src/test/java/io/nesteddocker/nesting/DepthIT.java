package io.nesteddocker.nesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.Ipv4Network;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a daemon in a daemon with the real {@code --privileged}, which each inner engine from version 23 on grants. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class DepthIT {

    @TempDir
    private static Path folder;

    private static NestedDocker first;
    private static NestedDocker second;
    private static NestedDocker third;

    @BeforeAll
    static void startOneInsideTheOther() throws IOException {
        OuterTestEngine.assumeSharedFolder();
        first = NestedDocker.builder().insecurePort(0).share(folder).start();
        copyTheDaemonImage(OuterTestEngine.client(), first.client());
        second = NestedDocker.builder()
                .outer(first.client())
                .requirePrivileged()
                .share(folder)
                .start();
        TinyImage.into(second);
        copyTheDaemonImage(first.client(), second.client());
        third = NestedDocker.builder()
                .outer(second.client())
                .requirePrivileged()
                .start();
        TinyImage.into(third);
    }

    @AfterAll
    static void close() {
        for (NestedDocker docker : new NestedDocker[] {third, second, first}) {
            if (docker != null) {
                docker.close();
            }
        }
    }

    @Test
    void theSecondIsReallyPrivileged() {
        assertThat(second.engine().granted()).isEqualTo(Privilege.privileged());
    }

    @Test
    void theSecondHasAllCapabilitiesThatTheFirstMayHave() {
        assertThat(boundingSet(second)).isEqualTo(boundingSet(first));
    }

    @Test
    void eachKnowsItsDepth() {
        assertThat(List.of(first, second, third))
                .extracting(docker -> docker.engine().depth())
                .containsExactly(1, 2, 3);
    }

    @Test
    void theDaemonContainerOfTheSecondIsInTheFirst() {
        assertThat(first.client()
                        .inspectContainerCmd(second.daemonContainerId())
                        .exec()
                        .getName())
                .isEqualTo("/" + second.name());
    }

    @Test
    void theDaemonContainerOfTheSecondIsNotOnTheOuterEngine() {
        assertThat(OuterTestEngine.hasContainer(second.daemonContainerId())).isFalse();
    }

    @Test
    void theSecondRunsContainers() {
        assertThat(InnerContainers.output(second.client(), "echo", "two levels down"))
                .isEqualTo("two levels down");
    }

    @Test
    void aFolderThatBothLevelsShareIsInContainersOfTheSecond() throws IOException {
        Files.writeString(folder.resolve("letter"), "from outside");
        HostConfig mounted = HostConfig.newHostConfig().withBinds(new Bind(folder.toString(), new Volume("/mnt")));
        assertThat(InnerContainers.output(
                        second.client(), request -> request.withHostConfig(mounted), "cat", "/mnt/letter"))
                .isEqualTo("from outside");
    }

    @Test
    void theThirdRunsContainers() {
        assertThat(InnerContainers.output(third.client(), "echo", "three levels down"))
                .isEqualTo("three levels down");
    }

    @Test
    void aContainerOfTheThirdReachesTheFirst() {
        String gateway = networks(first.client()).get(0).hostNotation(1).replaceFirst("/.*", "");
        assertThat(InnerContainers.output(
                        third.client(),
                        "sh",
                        "-c",
                        "printf 'GET /_ping HTTP/1.0\\r\\n\\r\\n' | nc -w 5 " + gateway + " 2375 | head -n 1"))
                .startsWith("HTTP/1.0 200 OK");
    }

    @Test
    void noLevelsAddressesClash() {
        third.client().createNetworkCmd().withName("further").exec();
        List<Ipv4Network> above = new ArrayList<>(networks(OuterTestEngine.client()));
        above.addAll(networks(first.client()));
        above.addAll(networks(second.client()));
        assertThat(networks(third.client())).hasSize(2).noneMatch(network -> network.overlapsAny(above));
    }

    /** This is like an engine on another machine, whose ports have the address of that machine. */
    @Test
    void thePortOfADaemonIsAtTheAddressOfItsOuterEngine() {
        URI byAddress = URI.create("tcp://" + addressOf(first) + ":2375");
        try (NestedDocker docker =
                NestedDocker.builder().outer(byAddress).port(0).start()) {
            assertThat(docker.endpoint().dockerHost()).hasHost(byAddress.getHost());
        }
    }

    @Test
    void thePortOfADaemonBehindAnAddressIsEncrypted() {
        URI byAddress = URI.create("tcp://" + addressOf(first) + ":2375");
        try (NestedDocker docker =
                NestedDocker.builder().outer(byAddress).port(0).start()) {
            assertThat(docker.endpoint().certificatesDirectory()).isNotNull();
        }
    }

    @Test
    void anInsecurePortBehindAnAddressIsRefused() {
        URI byAddress = URI.create("tcp://" + addressOf(first) + ":2375");
        ErrorSentence.of(catchThrowableOfType(
                        OuterEngineException.class,
                        () -> NestedDocker.builder()
                                .outer(byAddress)
                                .insecurePort(0)
                                .start()
                                .close()))
                .tried("open an insecure port")
                .on(byAddress.toString())
                .because("plain text would have to leave its loopback address")
                .cure("use port(..), which is encrypted");
    }

    private static void copyTheDaemonImage(DockerClient from, DockerClient to) throws IOException {
        try (InputStream archive =
                from.saveImageCmd(DaemonImage.defaultImage().reference()).exec()) {
            to.loadImageCmd(archive).exec();
        }
    }

    private static String addressOf(NestedDocker docker) {
        return OuterTestEngine.inspect(docker.daemonContainerId())
                .orElseThrow()
                .getNetworkSettings()
                .getNetworks()
                .get("bridge")
                .getIpAddress();
    }

    private static String boundingSet(NestedDocker docker) {
        return docker.exec("sed", "-n", "s/^CapBnd:[[:space:]]*//p", "/proc/1/status")
                .stdout()
                .strip();
    }

    private static List<Ipv4Network> networks(DockerClient engine) {
        return engine.listNetworksCmd().exec().stream()
                .map(Network::getIpam)
                .filter(ipam -> ipam != null && ipam.getConfig() != null)
                .flatMap(ipam -> ipam.getConfig().stream())
                .map(config -> Ipv4Network.parse(config.getSubnet()))
                .toList();
    }
}
