package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the refusals of containers in states that a real container has only for a moment, or if its removal fails. */
@Timeout(60)
class TargetsTest {

    private final DockerClient client = mock(DockerClient.class, RETURNS_DEEP_STUBS);
    private final InnerEngine inner = mock(InnerEngine.class);
    private final Relay relay = mock(Relay.class);

    @BeforeEach
    void theEngineAnswers() {
        when(inner.client()).thenReturn(client);
        when(relay.containers()).thenReturn(mock(OuterContainers.class));
        when(relay.containerId()).thenReturn("daemon-id");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    created  | it is created; start it first.
                    exited   | it is exited; start it first.
                    removing | it is being removed; create another container.
                    dead     | it is dead, because the inner engine could not remove all of it; remove it once more, and create another container.
                    """)
    void theAdviceFitsTheStateOfTheContainer(String status, String reasonAndCure) throws IOException {
        has(status);
        Targets targets = new Targets("dind-1", inner, relay);

        assertThatThrownBy(() -> targets.started("web", 80))
                .hasMessage("Tried to reach port 80 of the container web in dind-1 but " + reasonAndCure);
        assertThatThrownBy(() -> targets.running("web", 0))
                .hasMessage("Tried to reach the exposed ports of the container web in dind-1 but " + reasonAndCure);
    }

    @Test
    void aContainerThatIsBeingRestartedHasNoPortsYet() throws IOException {
        has("restarting");
        Targets targets = new Targets("dind-1", inner, relay);

        assertThatThrownBy(() -> targets.running("web", 0))
                .hasMessageContaining("it has ended and is about to be restarted; try again, or look at its log.");
    }

    @Test
    void aContainerThatIsRemovedWhenItEndsIsNotToBeStartedAgain() {
        Target removing = new Target("web-id", 0, "removing", new Target.Network("web-id", false, "", ""), List.of());

        assertThat(new Targets("dind-1", inner, relay).ended("web", 80, removing))
                .hasMessageContaining("it has ended and was removed before anything listened there;"
                        + " start it without automatic removal, and look at its log.");
    }

    private void has(String status) throws IOException {
        InspectContainerResponse answer =
                new ObjectMapper().readValue("""
                        {"Id": "web-id", "State": {"Status": "%s", "Pid": 0}, "Config": {}, "HostConfig": {}, "NetworkSettings": {}}
                        """.formatted(status), InspectContainerResponse.class);
        when(client.inspectContainerCmd(anyString()).exec()).thenReturn(answer);
    }
}
