package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.testing.CreationWatch;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the error messages if the outer engine lacks something that the daemon needs, or if it is already in use. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class OuterRefusalsIT {

    private static final String UNIQUE =
            "nested-docker-test-" + ProcessHandle.current().pid();

    @Test
    void aPortThatAnotherProgramListensOnIsTaken() throws IOException {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CreationWatch watch = CreationWatch.begin();
            ErrorSentence.of(refusal(NestedDocker.builder().port(other.getLocalPort())))
                    .tried("publish the inner API")
                    .on("on port " + other.getLocalPort() + " of the loopback address")
                    .because("something listens there already")
                    .cure("give another port, or 0 for any free one");
            assertThat(watch.createdContainers()).isEmpty();
        }
    }

    @Test
    void aPortThatAnotherProgramListensOnAllAddressesIsTaken() throws IOException {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        try (ServerSocket other = new ServerSocket(0)) {
            ErrorSentence.of(refusal(NestedDocker.builder().insecurePort(other.getLocalPort())))
                    .tried("publish the inner API")
                    .on("on port " + other.getLocalPort())
                    .because("something listens there already")
                    .cure("give another port");
        }
    }

    /** The outer engine has allocated the port. Without its userland proxy, no process listens on it. */
    @Test
    void aPortThatAnotherContainerPublishesIsTaken() {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        ExposedPort inside = ExposedPort.tcp(80);
        CreateContainerResponse other = OuterTestEngine.client()
                .createContainerCmd(TinyImage.NAME)
                .withCmd("sleep", "120")
                .withExposedPorts(inside)
                .withHostConfig(HostConfig.newHostConfig()
                        .withPortBindings(new PortBinding(Ports.Binding.bindIp("127.0.0.1"), inside)))
                .exec();
        try {
            OuterTestEngine.client().startContainerCmd(other.getId()).exec();
            int port = Integer.parseInt(OuterTestEngine.inspect(other.getId())
                    .orElseThrow()
                    .getNetworkSettings()
                    .getPorts()
                    .getBindings()
                    .get(inside)[0]
                    .getHostPortSpec());
            ErrorSentence.of(refusal(NestedDocker.builder().port(port)))
                    .tried("publish the inner API")
                    .on("on port " + port)
                    .because("something listens there already")
                    .cure("give another port");
        } finally {
            OuterTestEngine.removeContainer(other.getId());
        }
    }

    @Test
    void aNameThatAnotherContainerHasIsInUse() {
        OuterTestEngine.client()
                .createContainerCmd(TinyImage.NAME)
                .withName(UNIQUE)
                .exec();
        try {
            ErrorSentence.of(refusal(NestedDocker.builder().name(UNIQUE)))
                    .tried("create the daemon container")
                    .on(UNIQUE)
                    .because("the outer engine has a container of that name (it is created)")
                    .cure("give another name(..), or remove that container with `docker rm -fv " + UNIQUE + "`");
        } finally {
            OuterTestEngine.removeContainer(UNIQUE);
        }
    }

    @Test
    void aContainerWhoseNameIsInUseIsLeftAlone() {
        OuterTestEngine.client()
                .createContainerCmd(TinyImage.NAME)
                .withName(UNIQUE)
                .exec();
        try {
            refusal(NestedDocker.builder().name(UNIQUE));
            assertThat(OuterTestEngine.hasContainer(UNIQUE)).isTrue();
        } finally {
            OuterTestEngine.removeContainer(UNIQUE);
        }
    }

    @Test
    void aNetworkThatDoesNotExistIsNamed() {
        CreationWatch watch = CreationWatch.begin();
        ErrorSentence.of(refusal(NestedDocker.builder().network(UNIQUE)))
                .tried("join the network " + UNIQUE)
                .on("on the outer engine at ")
                .because("it has no network of that name")
                .cure("create it first with `docker network create " + UNIQUE + "`");
        assertThat(watch.createdContainers()).isEmpty();
    }

    @Test
    void aVolumeThatAnotherDaemonUsesIsRefused() {
        try {
            try (NestedDocker first =
                    NestedDocker.builder().dataRoot(DataRoot.volume(UNIQUE)).start()) {
                ErrorSentence.of(refusal(NestedDocker.builder().dataRoot(DataRoot.volume(UNIQUE))))
                        .tried("use the volume " + UNIQUE + " as data root")
                        .on("on the outer engine at ")
                        .because("the running container " + first.name() + " uses it")
                        .cure("end that container first, or use another volume");
            }
        } finally {
            OuterTestEngine.removeVolume(UNIQUE);
        }
    }

    @Test
    void aRuntimeThatDoesNotExistIsNamedWithThoseThatDo() {
        CreationWatch watch = CreationWatch.begin();
        ErrorSentence.of(refusal(NestedDocker.builder().privilege(Privilege.runtime("no-such-runtime"))))
                .tried("use the runtime no-such-runtime")
                .on("on the outer engine at ")
                .because("it has only ")
                .because("runc")
                .cure("install that runtime there, or choose another privilege");
        assertThat(watch.createdContainers()).isEmpty();
    }

    private static OuterEngineException refusal(NestedDockerBuilder builder) {
        return catchThrowableOfType(
                OuterEngineException.class, () -> builder.start().close());
    }
}
