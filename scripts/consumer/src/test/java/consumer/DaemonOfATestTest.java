package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.WithNestedDocker;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithNestedDocker
class DaemonOfATestTest {

    @Test
    void theStagedTestkitGivesATestItsDaemon(NestedDocker docker) {
        assertEquals(List.of(), docker.client().listContainersCmd().exec());
    }
}
