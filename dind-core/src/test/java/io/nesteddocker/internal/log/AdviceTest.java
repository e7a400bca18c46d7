package io.nesteddocker.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unknown flag: --nonsense | correct the flag in daemonArgs(..)",
                "invalid argument \"x\" for \"--mtu\" flag | correct the flag in daemonArgs(..)",
                "the data root /x is on overlay, where dockerd would fall back | keep the data root on a volume",
                "this image has no dockerd on its PATH | use an image that has dockerd, containerd and runc",
                "iptables failed: exit status 3 | set DOCKER_IPTABLES_LEGACY to 1 or 0 with environment(..)",
                "write /x: no space left on device | free space where the outer engine keeps its volumes",
                "dockerd was ended by signal 9 | give the daemon container more memory with memory(..)",
                "dockerd was ended by signal 9 (out of memory) | give the daemon container more memory with memory(..)",
                "mount was refused: permission denied | ask for more privilege with privileged()",
                "the time was over | allow more time with startupTimeout(..)",
                "the thread was interrupted | start again; nothing was left behind",
                "the thread was interrupted, so what was created may still be there | see whether the outer engine",
                "no group could be made in /sys/fs/cgroup | see docs/troubleshooting.md on cgroups"
            })
    void eachReasonHasItsCure(String reason, String cure) {
        assertThat(Advice.on(reason, List.of())).first().asString().startsWith(cure);
    }

    @Test
    void anEngineThatIsTooOldForAStorageDriverIsNoWrongFlag() {
        assertThat(Advice.on("dockerd ended with status 125: \"unknown flag: --feature\"", List.of()))
                .singleElement()
                .asString()
                .startsWith("use an image with engine 28 or newer");
    }

    @Test
    void whereNothingIsKnownTheLogIsNamed() {
        assertThat(Advice.on("something new", List.of("a line")))
                .containsExactly(
                        "read the daemon's log, whose last lines diagnostics() returns, and see docs/troubleshooting.md");
    }

    @Test
    void aLogThatIsEmptyIsNotNamed() {
        for (String reason : List.of("something new", "the time was over", "the thread was interrupted")) {
            assertThat(Advice.on(reason, List.of())).as(reason).noneMatch(cure -> cure.contains("log"));
        }
    }

    @Test
    void adviceForATimeoutAlsoNamesTheLog() {
        assertThat(Advice.on("the time was over", List.of("a line")))
                .containsExactly(
                        "allow more time with startupTimeout(..), and read the daemon's log, whose last lines diagnostics() returns");
    }

    @Test
    void theReasonComesBeforeTheScriptsWarnings() {
        assertThat(Advice.on("unknown flag: --nonsense", List.of("dind-init: this image has no iptables")))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("correct the flag");
    }

    @Test
    void theScriptsWarningsCount() {
        assertThat(Advice.on("it ended", List.of("dind-init: this image has no iptables")))
                .singleElement()
                .asString()
                .contains("DOCKER_IPTABLES_LEGACY");
    }

    @Test
    void whatDockerdSaysAllTheTimeDoesNotCount() {
        assertThat(Advice.on("it ended", List.of("level=info msg=\"iptables is fine\"")))
                .noneMatch(line -> line.contains("IPTABLES"));
    }

    @Test
    void noCureIsGivenTwice() {
        assertThat(Advice.on("iptables and ip6tables", List.of("dind-init: iptables")))
                .doesNotHaveDuplicates();
    }
}
