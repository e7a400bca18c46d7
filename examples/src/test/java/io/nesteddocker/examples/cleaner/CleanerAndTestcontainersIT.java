package io.nesteddocker.examples.cleaner;

import static io.nesteddocker.testkit.assertj.NestedDockerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.WithNestedDocker;
import io.nesteddocker.testkit.testcontainers.NestedDockerContainer;
import io.nesteddocker.testkit.testcontainers.NestedTestcontainers;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

/** Tests the cleaner together with containers that Testcontainers starts, on engines where the cleaner can do no harm. */
class CleanerAndTestcontainersIT {

    private static final Clock IN_TWO_DAYS = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));

    // tag::annotation[]
    @Test
    @WithNestedDocker(testcontainers = true)
    void leavesAServiceAlone(NestedDocker docker) throws Exception {
        try (GenericContainer<?> web = new GenericContainer<>(CleanerIT.IMAGE)
                .withCommand("httpd", "-f", "-p", "8080")
                .withExposedPorts(8080)) {
            web.start();

            new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual());

            assertThat(docker).hasRunningContainer(web.getContainerId());
            try (Socket visitor = new Socket(web.getHost(), web.getMappedPort(8080))) {
                assertThat(visitor.isConnected()).isTrue();
            }
        }
    }
    // end::annotation[]

    @Test
    @WithNestedDocker
    void removesWhatATestForgot(NestedDocker docker) {
        // tag::use[]
        try (NestedTestcontainers inside = NestedTestcontainers.use(docker)) {
            new GenericContainer<>(CleanerIT.IMAGE).withCommand("sleep", "1000").start();
        }
        // end::use[]
        docker.client()
                .listContainersCmd()
                .exec()
                .forEach(container ->
                        docker.client().killContainerCmd(container.getId()).exec());

        new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual());

        assertThat(docker).hasNoContainers().hasNoImages();
    }

    @Test
    void cleansADaemonAmongContainers() {
        // tag::container[]
        try (NestedDockerContainer container =
                new NestedDockerContainer().withDocker(builder -> builder.images(CleanerIT.IMAGE))) {
            container.start();

            Report report = new Cleaner(container.innerClient(), IN_TWO_DAYS).clean(Policy.usual());

            assertThat(report.images()).containsExactly(CleanerIT.IMAGE);
        }
        // end::container[]
    }
}
