package io.nesteddocker.internal.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.nesteddocker.DataRoot;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterVolumes;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests what happens if the engine lists containers in another order than that of their creation, which it does only on a busy machine.
 * {@code DataRootIT} tests many starts on one volume of a real engine.
 */
@Timeout(60)
class DataRootClaimTest {

    private static final String MINE = "dind-5";
    private static final String SMALLER = "dind-4";
    private static final String GREATER = "dind-6";

    private final OuterContainers containers = mock(OuterContainers.class);
    private final OuterVolumes volumes = mock(OuterVolumes.class);
    private final OuterEngine outer = mock(OuterEngine.class);
    private final DataRootClaim claim = new DataRootClaim(outer, DataRoot.volume("data"));

    @BeforeEach
    void engine() {
        when(outer.containers()).thenReturn(containers);
        when(outer.volumes()).thenReturn(volumes);
        when(outer.description()).thenReturn("the engine");
        when(containers.find(MINE)).thenReturn(Optional.of(state(MINE, "created", ownLabels())));
    }

    @Test
    void aContainerAloneGetsTheVolumeAtOnce() {
        when(volumes.users("data")).thenReturn(List.of(MINE));

        assertThatCode(this::check).doesNotThrowAnyException();

        verify(volumes, times(1)).users(anyString());
    }

    @Test
    void aContainerGivesUpIfOneWithASmallerNameIsAboutToStart() {
        other(SMALLER, "created");

        assertThatThrownBy(this::check)
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining(
                        "another daemon is being started on it at the same time, in the container " + SMALLER)
                .hasMessageContaining("try again, or use another volume")
                .hasMessageContaining("docker rm -v " + SMALLER)
                .hasMessageNotContaining("docker rm -fv");
    }

    @Test
    void theContainerThatRunsIsNamedAndNotOneThatGivesUpToo() {
        when(volumes.users("data")).thenReturn(List.of(SMALLER, MINE, GREATER));
        when(containers.find(SMALLER)).thenReturn(Optional.of(state(SMALLER, "created", ownLabels())));
        when(containers.find(GREATER)).thenReturn(Optional.of(state(GREATER, "running", ownLabels())));

        assertThatThrownBy(this::check)
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining("the running container " + GREATER + " uses it")
                .hasMessageContaining("end that container first, or use another volume")
                .hasMessageNotContaining(SMALLER)
                .hasMessageNotContaining("docker rm");
    }

    @Test
    void ofSeveralContainersThatAreAboutToStartTheFirstOneIsNamed() {
        when(volumes.users("data")).thenReturn(List.of(MINE, SMALLER, "dind-3"));
        when(containers.find(SMALLER)).thenReturn(Optional.of(state(SMALLER, "created", ownLabels())));
        when(containers.find("dind-3")).thenReturn(Optional.of(state("dind-3", "created", ownLabels())));

        assertThatThrownBy(this::check)
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining("in the container dind-3")
                .hasMessageNotContaining(SMALLER);
    }

    @Test
    void aContainerWaitsForOneWithAGreaterNameAndGetsTheVolumeWhenThatOneIsGone() {
        other(GREATER, "created", "created", "");

        assertThatCode(this::check).doesNotThrowAnyException();

        verify(volumes, times(3)).users(anyString());
    }

    @Test
    void aContainerGivesUpIfOneWithAGreaterNameHasNotSeenItAndRuns() {
        other(GREATER, "created", "created", "running");

        assertThatThrownBy(this::check)
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining("the running container " + GREATER + " uses it");
    }

    @Test
    void aContainerGivesUpAtTheEndOfItsTimeIfAnotherOneStays() {
        other(GREATER, "created");

        assertThatThrownBy(() -> claim.checkFor(MINE, Deadline.in(Duration.ofMillis(120)), new Cancellation()))
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining(
                        "the container " + GREATER + ", which was created for another daemon on it, was not started")
                .hasMessageContaining("docker rm -v " + GREATER)
                .hasMessageNotContaining("docker rm -fv");
    }

    @Test
    void aContainerDoesNotWaitForOneThatEndedOrThatNoProgramWillStart() {
        other(SMALLER, "exited");
        assertThatCode(this::check).doesNotThrowAnyException();

        Map<String, String> foreign = Map.of("com.example.kind", "database");
        when(containers.find(SMALLER)).thenReturn(Optional.of(state(SMALLER, "created", foreign)));
        assertThatCode(this::check).doesNotThrowAnyException();

        Map<String, String> ended = Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, endedOwner());
        when(containers.find(SMALLER)).thenReturn(Optional.of(state(SMALLER, "created", ended)));
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aStartThatIsGivenUpDoesNotWait() {
        other(GREATER, "created");
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();

        assertThatThrownBy(() -> claim.checkFor(MINE, Deadline.in(Duration.ofMinutes(1)), cancelled))
                .isInstanceOf(Cancellation.CancelledException.class);
    }

    private void check() throws InterruptedException {
        claim.checkFor(MINE, Deadline.in(Duration.ofMinutes(1)), new Cancellation());
    }

    /** Makes the engine list another container, with these states one after the other; an empty state means that it is gone. */
    private void other(String name, String... states) {
        when(volumes.users("data")).thenReturn(List.of(MINE, name));
        var found = when(containers.find(name));
        for (String status : states) {
            found = found.thenReturn(
                    status.isEmpty() ? Optional.empty() : Optional.of(state(name, status, ownLabels())));
        }
    }

    /** Returns an owner on this machine with the process ID of this program and another start time. */
    private static String endedOwner() {
        Owner self = Owner.thisProgram();
        return new Owner(self.machine(), self.pid(), self.startMillis() - 60_000).toString();
    }

    private static Map<String, String> ownLabels() {
        return Map.of(
                Labels.KIND, Labels.DAEMON, Labels.OWNER, Owner.thisProgram().toString());
    }

    private static ContainerState state(String name, String status, Map<String, String> labels) {
        return new ContainerState(name, name, "image", status, "", labels);
    }
}
