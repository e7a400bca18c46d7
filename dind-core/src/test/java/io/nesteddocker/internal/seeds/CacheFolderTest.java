package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Command;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests where the cache folder is for programs with other environments, so each test runs a program. */
class CacheFolderTest {

    @Test
    void theFolderOfTheVariableIsUsed() {
        assertThat(folder("/some/cache", "/home/me")).isEqualTo("/some/cache/nested-docker/seeds");
    }

    /** The XDG specification demands that relative paths are ignored. */
    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "./cache", " "})
    void aPathThatIsNotAbsoluteIsIgnored(String variable) {
        assertThat(folder(variable, "/home/me")).isEqualTo("/home/me/.cache/nested-docker/seeds");
    }

    /** Java reports the folder {@code ?} for a user without an account. */
    @Test
    void aUserWithoutAHomeHasNone() {
        assertThat(folder("", "?")).isEqualTo("none");
        assertThat(folder("/some/cache", "?")).isEqualTo("/some/cache/nested-docker/seeds");
    }

    private static String folder(String variable, String home) {
        Command.Outcome outcome = Command.run(
                Map.of("XDG_CACHE_HOME", variable, "HOME", ""),
                "",
                Command.jvm(Program.class, home).toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }

    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            System.setProperty("user.home", arguments[0]);
            System.out.println(CacheFolder.find("seeds").map(String::valueOf).orElse("none"));
        }
    }
}
