package io.nesteddocker.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.PseudoTerminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the keys of a program whose standard input is a pipe or a real terminal, so each test runs a program. */
@Timeout(180)
class KeysTest {

    @Test
    void theEndOfTheInputIsTheEndOfTheCommandsInput() {
        String keys = "some keys\n".repeat(1_000);
        Command.Outcome outcome = Command.run(Map.of(), keys, command(InputThatEnds.class));
        assertThat(outcome.output()).isEqualTo(keys + "the end");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void aCommandThatTakesNoMoreInputEndsTheCarrying() {
        Command.Outcome outcome = Command.run(Map.of(), "some keys", command(CommandThatEnds.class));
        assertThat(outcome.output()).isEqualTo("still alive");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void afterTheCloseTheNextKeyIsForTheProgram() {
        try (PseudoTerminal terminal = PseudoTerminal.running(List.of(command(ClosedKeys.class)))) {
            terminal.await("CARRYING");
            terminal.type("a");
            terminal.await("COMMAND GOT a");
            terminal.await("STILL INTERRUPTED true");
            terminal.type("b");
            terminal.await("PROGRAM GOT b");
            assertThat(terminal.awaitEnd()).isZero();
        }
    }

    private static String[] command(Class<?> program) {
        return Command.jvm(program).toArray(String[]::new);
    }

    static final class InputThatEnds {

        private InputThatEnds() {}

        public static void main(String[] arguments) throws InterruptedException {
            CountDownLatch closed = new CountDownLatch(1);
            Keys keys = Keys.copyTo(new OutputStream() {
                @Override
                public void write(int key) {
                    System.out.write(key);
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            });
            closed.await();
            keys.close();
            System.out.println("the end");
        }
    }

    static final class CommandThatEnds {

        private CommandThatEnds() {}

        public static void main(String[] arguments) throws InterruptedException {
            CountDownLatch refused = new CountDownLatch(1);
            Keys keys = Keys.copyTo(new OutputStream() {
                @Override
                public void write(int key) throws IOException {
                    refused.countDown();
                    throw new IOException("the command has ended");
                }
            });
            refused.await();
            keys.close();
            System.out.println("still alive");
        }
    }

    static final class ClosedKeys {

        private ClosedKeys() {}

        public static void main(String[] arguments) throws Exception {
            new ProcessBuilder("stty", "raw", "-echo", "min", "0", "time", "1")
                    .inheritIO()
                    .start()
                    .waitFor();
            CountDownLatch typed = new CountDownLatch(1);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            Keys keys = Keys.copyTo(new OutputStream() {
                @Override
                public void write(int key) {
                    received.write(key);
                    typed.countDown();
                }
            });
            System.out.println("CARRYING");
            typed.await();
            System.out.println("COMMAND GOT " + received.toString(StandardCharsets.UTF_8));
            Thread.currentThread().interrupt();
            keys.close();
            System.out.println("STILL INTERRUPTED " + Thread.interrupted());
            int key = -1;
            while (key < 0) {
                key = System.in.read();
            }
            System.out.println("PROGRAM GOT " + (char) key);
        }
    }
}
