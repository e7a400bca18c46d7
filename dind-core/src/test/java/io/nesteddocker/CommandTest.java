package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

    private static final Command PLAIN = Command.of("sort", "-u");

    private static Command full() {
        return PLAIN.environment("TOKEN", "hunter2")
                .workingFolder("/tmp")
                .input("swordfish")
                .timeout(Duration.ofSeconds(9));
    }

    @Test
    void anOptionChangesACopy() {
        Command changed = full();
        assertThat(changed).isNotEqualTo(PLAIN);
        assertThat(PLAIN).isEqualTo(Command.of("sort", "-u"));
    }

    @Test
    void commandsWithTheSameOptionsAreEqual() {
        assertThat(full()).isEqualTo(full()).hasSameHashCodeAs(full());
        assertThat(full().input(Path.of("a")))
                .isEqualTo(full().input(Path.of("a")))
                .isNotEqualTo(full());
    }

    @Test
    void neitherAValueNorTheInputIsShown() {
        assertThat(full())
                .hasToString("Command[sort -u, environment=[TOKEN], workingFolder=/tmp, input, timeout=PT9S]");
        assertThat(PLAIN).hasToString("Command[sort -u]");
    }

    @Test
    void theBytesAreCopied() throws IOException {
        byte[] bytes = {1, 2};
        Command command = PLAIN.input(bytes);
        bytes[0] = 9;
        assertThat(command.openInput()).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void theLastInputCounts() throws IOException {
        assertThat(PLAIN.input(Path.of("no such file")).input("text").openInput())
                .hasContent("text");
    }

    @Test
    void aCommandWithoutAProgramIsRefused() {
        refused(Command::of)
                .tried("make a command")
                .because("no program was given")
                .cure("give a program");
        refused(() -> Command.of("", "x")).tried("make a command").because("its program is an empty text");
    }

    @Test
    void aWordWithANulIsRefused() {
        refused(() -> Command.of("echo", "a\0b"))
                .tried("make a command")
                .because("a NUL")
                .cure("pass such data with input(..)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tmp", "./tmp", "/a\0b"})
    void aFolderThatIsNoAbsolutePathIsRefused(String folder) {
        refused(() -> PLAIN.workingFolder(folder))
                .tried("run a command in the folder")
                .because("that is not an absolute path")
                .cure("give one that begins with a slash");
    }

    @Test
    void aVariableThatCantBeIsRefusedWithoutItsValue() {
        refused(() -> PLAIN.environment("A B", "hunter2"))
                .tried("set the environment variable")
                .on("A B")
                .cure("leave out");
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> PLAIN.environment("A", "hunter2\0")))
                .hasMessageContaining("NUL")
                .message()
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aLimitOfNoTimeIsRefused(long seconds) {
        refused(() -> PLAIN.timeout(Duration.ofSeconds(seconds)))
                .tried("limit the time of a command")
                .because("that leaves it no time")
                .cure("give a duration above zero");
    }

    private static ErrorSentence refused(Supplier<Command> call) {
        return ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, call::get));
    }
}
