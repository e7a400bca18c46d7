package io.nesteddocker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that the watch sees creations. Otherwise, tests that nothing is created would always pass. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class CreationWatchIT {

    @Test
    void seesADaemonContainerThatIsGoneAgain() {
        CreationWatch watch = CreationWatch.begin();
        NestedDocker docker = NestedDocker.builder().start();
        docker.close();
        assertThat(watch.createdContainers()).containsExactly(docker.name());
    }
}
