package io.nesteddocker.internal.inner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.mock;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.http.DaemonHttpClient;
import io.nesteddocker.internal.http.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the messages of requests to an engine that does not answer any more. */
class ExplainedHttpClientTest {

    private static final byte[] NO_BODY = new byte[0];

    private final DaemonHttpClient transport;
    private Optional<String> reasonOfTheEnd = Optional.empty();
    private final ExplainedHttpClient client;

    ExplainedHttpClientTest(@TempDir Path folder) {
        transport = DaemonHttpClient.open(URI.create("unix://" + folder.resolve("nobody.sock")), null);
        client = new ExplainedHttpClient("dind-1", transport, mock(BindSources.class), () -> reasonOfTheEnd);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void aRequestNamesTheDaemonThatHasEnded() {
        reasonOfTheEnd = Optional.of("it was killed");

        assertThatThrownBy(this::request)
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("inner engine of dind-1 but the daemon container has ended: it was killed");
    }

    @Test
    void anUpgradeNamesTheDaemonThatHasEnded() {
        reasonOfTheEnd = Optional.of("it was killed");

        assertThat(upgradeFailure())
                .isInstanceOf(IOException.class)
                .hasMessage("the daemon container dind-1 has ended: it was killed");
    }

    @Test
    void anUpgradeNamesTheDaemonThatWasGivenUp() {
        client.abandon("its outer engine does not answer");
        transport.close();

        assertThat(upgradeFailure())
                .isInstanceOf(IOException.class)
                .hasMessage("the daemon dind-1 was given up: its outer engine does not answer");
    }

    /** Messages to users contain the reason of the innermost exception. */
    @Test
    void theExplanationOfAnUpgradeIsTheReason() {
        reasonOfTheEnd = Optional.of("it was killed");

        assertThat(Reason.of(upgradeFailure())).isEqualTo("the daemon container dind-1 has ended: it was killed");
    }

    @Test
    void anUpgradeThatFailsForAnotherReasonKeepsIt() {
        assertThat(upgradeFailure()).isInstanceOf(IOException.class).hasMessageNotContaining("dind-1");
    }

    @Test
    void anUpgradeAfterTheCloseKeepsThatReason() {
        transport.close();
        reasonOfTheEnd = Optional.of("it was killed");

        assertThat(upgradeFailure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this client was closed");
    }

    private Throwable upgradeFailure() {
        return catchThrowable(() -> client.upgrade("/exec/1/start", NO_BODY));
    }

    private void request() {
        client.execute(
                Request.builder().method(Request.Method.GET).path("/info").build());
    }
}
