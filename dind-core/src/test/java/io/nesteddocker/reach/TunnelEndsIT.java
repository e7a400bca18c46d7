package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests tunnels into images with few programs, tunnels through tunnels, and tunnels over the user's own client. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class TunnelEndsIT {

    /** The first image has only a busybox userland, which has no program that opens a Unix socket. The relay needs none. */
    @ParameterizedTest
    @ValueSource(strings = {"nested-docker-test:busybox-userland", InnerStore.OFFICIAL_IMAGE})
    void anyImageWillDo(String image) {
        try (NestedDocker docker = NestedDocker.builder()
                .image(DaemonImage.of(image))
                .connection(ConnectionMode.TUNNEL)
                .start()) {
            TinyImage.into(docker);
            assertThat(InnerContainers.output(docker.client(), "echo", image)).isEqualTo(image);
        }
    }

    @Test
    void aTunnelGoesThroughATunnelThroughATunnel() throws IOException {
        try (NestedDocker first =
                NestedDocker.builder().connection(ConnectionMode.TUNNEL).start()) {
            copyTheDaemonImage(first);
            try (NestedDocker second = NestedDocker.builder()
                            .outer(first.client())
                            .connection(ConnectionMode.TUNNEL)
                            .start();
                    NestedDocker beside = NestedDocker.builder()
                            .outer(first.client())
                            .connection(ConnectionMode.TUNNEL)
                            .start()) {
                TinyImage.into(second);
                assertThat(InnerContainers.output(second.client(), "echo", "two"))
                        .isEqualTo("two");
                assertThat(beside.engine().depth()).isEqualTo(2);
            }
        }
    }

    /** The program has created its own client. */
    @Test
    void somebodyElsesClientCarriesATunnelToo() throws IOException {
        URI address = URI.create(OuterTestEngine.address());
        DefaultDockerClientConfig config = new DefaultDockerClientConfig.Builder()
                .withDockerHost(address.toString())
                .withApiVersion("1.41")
                .build();
        try (DockerClient foreign = DockerClientImpl.getInstance(
                        config,
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(address)
                                .build());
                NestedDocker docker = NestedDocker.builder()
                        .outer(foreign)
                        .connection(ConnectionMode.TUNNEL)
                        .start()) {
            TinyImage.into(docker);
            assertThat(InnerContainers.output(docker.client(), "echo", "foreign"))
                    .isEqualTo("foreign");
        }
    }

    private static void copyTheDaemonImage(NestedDocker to) throws IOException {
        try (InputStream archive = OuterTestEngine.client()
                .saveImageCmd(DaemonImage.defaultImage().reference())
                .exec()) {
            to.client().loadImageCmd(archive).exec();
        }
    }
}
