package io.nesteddocker.examples.cleaner;

// tag::test[]
import static io.nesteddocker.testkit.assertj.NestedDockerAssertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.WithNestedDocker;
import org.junit.jupiter.api.Test;

@WithNestedDocker
class FirstIT {

    @Test
    void theDaemonIsMine(NestedDocker docker) {
        docker.client().createVolumeCmd().withName("data").exec();

        assertThat(docker).hasVolume("data").hasNoContainers();
    }
}
// end::test[]
