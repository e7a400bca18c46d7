package io.nesteddocker.docs;

// tag::test[]
import static org.junit.Assert.assertEquals;

import io.nesteddocker.NestedDocker;
import java.util.List;
import org.junit.After;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.ExternalResource;

public class JUnit4IT {

    private static NestedDocker docker;

    @ClassRule
    public static final ExternalResource DAEMON = new ExternalResource() {
        @Override
        protected void before() {
            docker = NestedDocker.builder().start();
        }

        @Override
        protected void after() {
            docker.close();
        }
    };

    @After
    public void removeWhatTheTestHasMade() {
        docker.reset();
    }

    @Test
    public void aFreshEngineHasNoImages() {
        assertEquals(List.of(), docker.client().listImagesCmd().exec());
    }
}
// end::test[]
