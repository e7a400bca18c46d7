package io.nesteddocker.testkit.assertj;

import static io.nesteddocker.testkit.assertj.NestedDockerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testkit.WithNestedDocker;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests the assertions about the content of a daemon. */
@WithNestedDocker
class NestedDockerAssertIT {

    private final NestedDocker docker;

    NestedDockerAssertIT(NestedDocker docker) {
        this.docker = docker;
    }

    @Test
    void eachAssertionPassesOrListsTheContent(DockerClient innerClient) {
        assertThat(docker)
                .hasNoContainers()
                .hasNoRunningContainers()
                .hasNoImages()
                .hasNoVolumes()
                .hasNoNetworksOfItsUsers();
        refused(() -> assertThat(docker).hasRunningContainer("web"), "a running container \"web\"", "(none)");

        TinyImage.into(docker);
        String web = InnerContainers.startSleeper(innerClient, request -> request.withName("web"));
        innerClient.createContainerCmd(TinyImage.NAME).withName("asleep").exec();
        innerClient.createNetworkCmd().withName("backend").exec();
        innerClient.createVolumeCmd().withName("data").exec();

        assertThat(docker)
                .hasRunningContainer("web")
                .hasRunningContainer(web)
                .hasRunningContainer(web.substring(0, 12))
                .hasContainer("asleep")
                .doesNotHaveContainer("db")
                .hasImage(TinyImage.NAME)
                .doesNotHaveImage("nested-docker-test")
                .hasNetwork("backend")
                .hasVolume("data");

        refused(() -> assertThat(docker).hasRunningContainer("asleep"), "asleep (" + TinyImage.NAME + "): Created");
        refused(() -> assertThat(docker).hasContainer("db"), "a container \"db\"", "web (", "asleep (");
        refused(() -> assertThat(docker).doesNotHaveContainer("web"), "no container \"web\"", "web (");
        refused(() -> assertThat(docker).hasNoContainers(), "no containers", "web (");
        refused(() -> assertThat(docker).hasNoRunningContainers(), "no running containers", "Up ");
        refused(() -> assertThat(docker).hasImage("alpine"), "an image \"alpine\"", TinyImage.NAME);
        refused(() -> assertThat(docker).doesNotHaveImage(TinyImage.NAME), "no image");
        refused(() -> assertThat(docker).hasNoImages(), TinyImage.NAME);
        refused(() -> assertThat(docker).hasNetwork("frontend"), "backend", "bridge");
        refused(() -> assertThat(docker).hasNoNetworksOfItsUsers(), "backend");
        refused(() -> assertThat(docker).hasVolume("logs"), "data");
        refused(() -> assertThat(docker).hasNoVolumes(), "data");
    }

    private void refused(ThrowingCallable assertion, String... words) {
        assertThatThrownBy(assertion)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(docker.name())
                .hasMessageContainingAll(words);
    }
}
