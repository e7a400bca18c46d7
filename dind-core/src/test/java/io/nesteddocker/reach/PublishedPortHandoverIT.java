package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.FreePort;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that a container can publish the port of an earlier container at once, however that container ended. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class PublishedPortHandoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static NestedDocker docker;

    private final int number = FreePort.tcp();

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().images(TinyImage.NAME).publishPorts().start();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @AfterEach
    void reset() {
        docker.reset();
    }

    @Test
    void afterAReset() {
        serve("sleep", "1000");
        docker.reset();
        assertAnswers(serve("nc", "-ll", "-p", "7", "-e", "hostname"));
    }

    @Test
    void afterARestartOfTheEngine() {
        serve("sleep", "1000");
        docker.restart();
        assertAnswers(serve("nc", "-ll", "-p", "7", "-e", "hostname"));
    }

    @Test
    void afterAnEndThatTheEngineHasReportedToTheProgramOnly() {
        String first = serve("true");
        docker.client()
                .waitContainerCmd(first)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertAnswers(serve("nc", "-ll", "-p", "7", "-e", "hostname"));
    }

    @Test
    void aContainerWhoseNameBeginsTheIdentityOfAnotherEndsAlone() {
        String id = serve("nc", "-ll", "-p", "7", "-e", "hostname");
        String namesake = InnerContainers.start(
                docker.client(), request -> request.withName(id.substring(0, 4)), "sleep", "1000");
        docker.client().stopContainerCmd(id.substring(0, 4)).withTimeout(0).exec();
        docker.client().removeContainerCmd(namesake).exec();
        assertThat(docker.publishedPorts()).hasSize(1);
        assertAnswers(id);
    }

    @Test
    void aPausedDaemonIsAClearErrorInsteadOfAWait() {
        String id = serve("sleep", "1000");
        docker.pause();
        try {
            ErrorSentence.of(catchThrowable(() -> docker.publishedPort(id, 7)))
                    .tried("reach port 7 of the container " + id)
                    .on(docker.name())
                    .because("the daemon is paused")
                    .cure("unpause()");
        } finally {
            docker.unpause();
        }
    }

    private String serve(String... command) {
        return InnerContainers.start(
                docker.client(),
                request -> request.withExposedPorts(ExposedPort.tcp(7))
                        .withHostConfig(PublishedPortsIT.published(ExposedPort.tcp(7), Ports.Binding.bindPort(number))),
                command);
    }

    private void assertAnswers(String id) {
        InetSocketAddress address = docker.publishedPort(id, 7);
        assertThat(address.getPort()).isEqualTo(number);
        assertThat(Eventually.value(PATIENCE, () -> PublishedPortsIT.readQuietly(address), answer -> !answer.isEmpty()))
                .isEqualTo(id.substring(0, 12));
    }
}
