package io.nesteddocker.examples.cleaner;

import static io.nesteddocker.testkit.assertj.NestedDockerAssertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.NestedDockerExtension;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** Tests the cleaner in a Spring application, which takes the address of its engine from a property. */
// tag::spring[]
@SpringJUnitConfig
@DirtiesContext // the application doesn't outlive the daemon
class CleanerInSpringIT {

    @RegisterExtension
    static final NestedDockerExtension DAEMON =
            NestedDockerExtension.of(NestedDocker.builder().images(CleanerIT.IMAGE));

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("docker.host", DAEMON::dockerHost);
    }

    @Test
    void cleansTheEngineOfTheProperty(@Autowired Cleaner cleaner, NestedDocker docker) {
        cleaner.clean(Policy.usual());

        assertThat(docker).hasNoImages();
    }
    // end::spring[]

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        DockerClient dockerClient(@Value("${docker.host}") String dockerHost) {
            DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .withDockerHost(dockerHost)
                    .build();
            return DockerClientImpl.getInstance(
                    config,
                    new ZerodepDockerHttpClient.Builder()
                            .dockerHost(config.getDockerHost())
                            .build());
        }

        @Bean
        Cleaner cleaner(DockerClient docker) {
            return new Cleaner(docker, Clock.systemUTC());
        }
    }
}
