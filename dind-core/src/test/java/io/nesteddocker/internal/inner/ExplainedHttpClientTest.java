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
    private static final String ENDED = "the daemon container has ended: it was killed";

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
        reasonOfTheEnd = Optional.of(ENDED);

        assertThatThrownBy(this::request)
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("inner engine of dind-1 but " + ENDED);
    }

    @Test
    void anUpgradeNamesTheDaemonThatHasEnded() {
        reasonOfTheEnd = Optional.of(ENDED);

        assertThat(upgradeFailure())
                .isInstanceOf(IOException.class)
                .hasMessage("there is no connection to the inner engine of dind-1, because " + ENDED);
    }

    @Test
    void anUpgradeNamesTheDaemonThatWasGivenUp() {
        client.abandon("its outer engine does not answer");
        transport.close();

        assertThat(upgradeFailure())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no connection to the inner engine of dind-1, because it was given up: its outer engine does not answer");
    }

    /** Messages to users contain the reason of the innermost exception. */
    @Test
    void theExplanationOfAnUpgradeIsTheReason() {
        reasonOfTheEnd = Optional.of(ENDED);

        assertThat(Reason.of(upgradeFailure()))
                .isEqualTo("there is no connection to the inner engine of dind-1, because " + ENDED);
    }

    @Test
    void anUpgradeThatFailsForAnotherReasonKeepsIt() {
        assertThat(upgradeFailure()).isInstanceOf(IOException.class).hasMessageNotContaining("dind-1");
    }

    @Test
    void anUpgradeAfterTheCloseKeepsThatReason() {
        transport.close();
        reasonOfTheEnd = Optional.of(ENDED);

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
