package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.Command;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java blocks of docs/shell.md. */
class ShellSnippetsIT {

    @Test
    void aCommandHasOptions() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(command(docker)).isEqualTo("pear\napple\n");
        }
    }

    private static String command(NestedDocker docker) {
        // tag::command[]
        Command sort = Command.of("sh", "-c", "sort $ORDER")
                .environment("ORDER", "-r")
                .workingFolder("/tmp")
                .input("apple\npear\n")
                .timeout(Duration.ofSeconds(10));
        ExecResult sorted = docker.exec(sort);
        System.out.println(sorted.stdout());
        // end::command[]
        return sorted.stdout();
    }

    @Test
    void aTerminalIsTypedOn() throws IOException {
        String shown = terminal();

        assertThat(shown).contains("40 120").endsWith("ended with 0");
    }

    private static String terminal() throws IOException {
        // tag::terminal[]
        try (NestedDocker docker = NestedDocker.builder().start();
                Shell shell = docker.shell()) {
            shell.resize(120, 40);
            shell.stdin().write("stty size; exit\n".getBytes(StandardCharsets.UTF_8));
            String shown = new String(shell.stdout().readAllBytes(), StandardCharsets.UTF_8);
            return shown + "ended with " + shell.awaitExit();
        }
        // end::terminal[]
    }

    @Test
    void aFileGoesThroughACommand(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "some text");
        Path packed = folder.resolve("file.gz");

        pipe(file, packed);

        try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(packed))) {
            assertThat(unpacked).hasContent("some text");
        }
    }

    private static void pipe(Path file, Path packed) throws IOException {
        // tag::pipe[]
        try (NestedDocker docker = NestedDocker.builder().start();
                Shell gzip = docker.pipe("gzip", "-c");
                OutputStream target = Files.newOutputStream(packed)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(file, gzip.stdin()));
            gzip.stdout().transferTo(target);
            sent.join();
            System.out.println("gzip ended with " + gzip.awaitExit());
        }
        // end::pipe[]
    }

    private static void send(Path file, OutputStream stdin) {
        try (stdin) {
            Files.copy(file, stdin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
