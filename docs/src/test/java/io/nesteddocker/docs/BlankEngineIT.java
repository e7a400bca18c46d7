package io.nesteddocker.docs;

// tag::test[]
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BlankEngineIT {

    private static NestedDocker docker;

    @BeforeAll
    static void startTheDaemon() {
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void endTheDaemon() {
        docker.close();
    }

    @Test
    void aFreshEngineHasNoImages() {
        assertThat(docker.client().listImagesCmd().exec()).isEmpty();
    }
}
// end::test[]
