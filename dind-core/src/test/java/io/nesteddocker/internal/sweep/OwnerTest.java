package io.nesteddocker.internal.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerTest {

    private static final Owner SELF = Owner.thisProgram();

    @Test
    void readsWhatItWrote() {
        assertThat(Owner.parse(SELF.toString())).contains(SELF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "somebody", "a/b/c", "a/1", "a/1/", "a/-1/2", "a/1/2/3", "a/9999999999999999999/1"})
    void takesNothingElseForAnOwner(String text) {
        assertThat(Owner.parse(text)).isEmpty();
    }

    @Test
    void thisProgramHasNotEnded() {
        assertThat(SELF.hasEnded()).isFalse();
    }

    @Test
    void aProcessThatHasEndedHasEnded() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertThat(new Owner(SELF.machine(), process.pid(), System.currentTimeMillis()).hasEnded())
                .isTrue();
    }

    @Test
    void aProcessThatRunsHasNotEnded() throws IOException {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            long started = process.info().startInstant().orElseThrow().toEpochMilli();
            assertThat(new Owner(SELF.machine(), process.pid(), started).hasEnded())
                    .isFalse();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aReusedProcessIdIsAnotherProcess() {
        assertThat(new Owner(SELF.machine(), SELF.pid(), SELF.startMillis() - 3_600_000).hasEnded())
                .isTrue();
    }

    @Test
    void nothingIsKnownOfAnotherMachine() {
        assertThat(new Owner("another", 1, 0).hasEnded()).isFalse();
    }

    @Test
    void theMachinesNameIsNotEmpty() {
        assertThat(SELF.machine()).isNotBlank();
    }
}
