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

/** Tests that files of the daemon container can be read with the relay's program and without it. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class RelayFileIT {

    private static final String FOLDER = "/nested-docker";

    private static NestedDocker docker;
    private static OuterEngine outer;

    @BeforeAll
    static void start() {
        outer = OuterEngine.connect(Options.defaults(), new Cancellation());
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        docker.close();
        outer.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelsTableOfListenersIsRead(boolean withProgram) throws IOException {
        try (Relay relay = relay(withProgram)) {
            assertThat(relay.readLinesWhile("/proc/1/net/tcp", line -> true))
                    .first()
                    .asString()
                    .contains("local_address");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theResultIsEmptyIfThereIsNoSuchFile(boolean withProgram) throws IOException {
        try (Relay relay = relay(withProgram)) {
            assertThat(relay.readLinesWhile("/proc/nobody/net/tcp", line -> true))
                    .isEmpty();
        }
    }

    @Test
    void aFileLargerThanTheWindowComesWhole() throws IOException {
        int size = 3 * MultiplexedStream.WINDOW + 1;
        docker.exec("sh", "-c", "head -c " + size + " /dev/zero | tr '\\0' x >/tmp/large");
        try (Relay relay = relay(true)) {
            assertThat(relay.readLinesWhile("/tmp/large", line -> true))
                    .singleElement()
                    .asString()
                    .hasSize(size)
                    .matches("x*");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheLinesBeforeTheFirstUnwantedOneAreRead(boolean withProgram) throws IOException {
        docker.exec("sh", "-c", "seq 1000000 >/tmp/numbers");
        try (Relay relay = relay(withProgram)) {
            for (int time = 0; time < 3; time++) {
                assertThat(relay.readLinesWhile("/tmp/numbers", line -> line.length() == 1))
                        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderIsRefused(boolean withProgram) throws IOException {
        try (Relay relay = relay(withProgram)) {
            assertThatThrownBy(() -> relay.readLinesWhile("/tmp", line -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Is a directory");
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
