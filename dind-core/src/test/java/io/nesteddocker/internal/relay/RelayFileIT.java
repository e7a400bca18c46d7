package io.nesteddocker.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that files of the daemon container are read by the relay, and without it. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class RelayFileIT {

    private static final String FOLDER = "/nested-docker";

    private static NestedDocker docker;
    private static OuterEngine outer;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().start();
        outer = OuterEngine.connect(Options.defaults(), new Cancellation());
    }

    @AfterAll
    static void close() {
        outer.close();
        docker.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelsTableOfListenersIsRead(boolean withProgram) throws IOException {
        try (Relay relay = relay(withProgram)) {
            assertThat(relay.read("/proc/1/net/tcp")).get().asString().contains("local_address");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatIsNotThereIsEmpty(boolean withProgram) throws IOException {
        try (Relay relay = relay(withProgram)) {
            assertThat(relay.read("/proc/nobody/net/tcp")).isEmpty();
        }
    }

    @Test
    void aFileLargerThanTheWindowComesWhole() throws IOException {
        int size = 3 * MultiplexedStream.WINDOW + 1;
        docker.exec("sh", "-c", "head -c " + size + " /dev/zero | tr '\\0' x >/tmp/large");
        try (Relay relay = relay(true)) {
            assertThat(relay.read("/tmp/large").orElseThrow()).hasSize(size).matches("x*");
        }
    }

    @Test
    void aFolderIsRefused() throws IOException {
        try (Relay relay = relay(true)) {
            assertThatThrownBy(() -> relay.read("/tmp"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Is a directory");
        }
    }

    private static Relay relay(boolean withProgram) {
        return new Relay(
                outer.containers(),
                docker.daemonContainerId(),
                FOLDER,
                withProgram ? Optional.empty() : Optional.of("the test leaves it out"));
    }
}
