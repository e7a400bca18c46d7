package io.nesteddocker.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LastWordsTest {

    @Test
    void theScriptsReasonIsTheReason() {
        assertThat(of("level=info msg=hello", "dind-init: failed: this image has no dockerd on its PATH"))
                .isEqualTo("this image has no dockerd on its PATH");
    }

    @Test
    void dockerdsFatalMessageIsAddedWithoutItsWrapping() {
        assertThat(of(
                        "time=\"2026-01-01T00:00:00Z\" level=fatal msg=\"Error starting daemon: no \\\"space\\\" left\"",
                        "dind-init: failed: dockerd ended with status 1"))
                .isEqualTo("dockerd ended with status 1 (dockerd said: \"Error starting daemon: no 'space' left\")");
    }

    @Test
    void theErrorBelongsToTheMessage() {
        assertThat(of(
                        "time=\"x\" level=fatal msg=\"failed to start\" error=\"permission denied\"",
                        "dind-init: failed: dockerd ended with status 1"))
                .contains("failed to start: permission denied");
    }

    @Test
    void aComplaintAboutAFlagIsAdded() {
        assertThat(of("Status: unknown flag: --nonsense", "dind-init: failed: dockerd ended with status 125"))
                .isEqualTo("dockerd ended with status 125 (dockerd said: \"Status: unknown flag: --nonsense\")");
    }

    @Test
    void wordsThatTheScriptQuotedAreNotRepeated() {
        assertThat(of(
                        "unknown flag: --nonsense",
                        "dind-init: failed: dockerd ended with status 125: \"unknown flag: --nonsense\""))
                .isEqualTo("dockerd ended with status 125: \"unknown flag: --nonsense\"");
    }

    @Test
    void theLastOfManyComplaintsCounts() {
        assertThat(of("level=fatal msg=first", "level=fatal msg=second", "dind-init: failed: it ended"))
                .isEqualTo("it ended (dockerd said: \"second\")");
    }

    @Test
    void withoutAReasonTheLastLineIsQuoted() {
        assertThat(of("one", "two"))
                .isEqualTo("the daemon container ended without a reason; the last line of its log is \"two\"");
    }

    @Test
    void whatAHealthyDaemonSaidIsNoReason() {
        assertThat(of(
                        "level=info msg=\"API listen on /var/run/docker.sock\"",
                        "level=fatal msg=unrelated",
                        "error too"))
                .isEqualTo(
                        "the daemon container ended without a message, as when somebody kills or removes it, or when its"
                                + " memory is used up");
    }

    @Test
    void aStopRequestIsTheReason() {
        assertThat(of("API listen on x", "dind-init: told to stop by a signal, stopping", "level=info msg=bye"))
                .isEqualTo("somebody stopped the daemon container");
    }

    @Test
    void aLostLeaseIsTheReason() {
        assertThat(of("API listen on x", "dind-init: standard input was closed, stopping"))
                .isEqualTo("the program's connection to the daemon container was closed");
    }

    @Test
    void withoutALogThereIsStillASentence() {
        assertThat(of()).isEqualTo("the daemon container ended without a reason");
    }

    @Test
    void theCloseIsTheReasonIfItCameBeforeTheEnd() {
        DaemonLog log = new DaemonLog(line -> {});
        log.assumeListening();
        log.beginClose();
        log.accept("dind-init: told to stop by a signal, stopping\n".getBytes(StandardCharsets.UTF_8));
        log.end();
        assertThat(LastWords.of(log)).isEqualTo("this program closed it");
        assertThat(log.reasonOfTheEnd()).contains("this program closed it");
    }

    @Test
    void theCloseIsNotTheReasonIfItCameAfterTheEnd() {
        DaemonLog log = logOf("dind-init: failed: dockerd was ended by signal 9");
        log.beginClose();
        assertThat(LastWords.of(log)).isEqualTo("dockerd was ended by signal 9");
        assertThat(log.reasonOfTheEnd()).contains("the daemon container has ended: dockerd was ended by signal 9");
    }

    @Test
    void aReasonIsPrecededByTheEnd() {
        assertThat(LastWords.sayingThatItEnded(logOf("dind-init: failed: dockerd was ended by signal 9")))
                .isEqualTo("the daemon container has ended: dockerd was ended by signal 9");
    }

    @Test
    void theEndIsSaidOnce() {
        assertThat(LastWords.sayingThatItEnded(logOf("level=info msg=\"API listen on /var/run/docker.sock\"")))
                .isEqualTo(
                        "the daemon container ended without a message, as when somebody kills or removes it, or when its"
                                + " memory is used up");
        assertThat(LastWords.sayingThatItEnded(logOf())).isEqualTo("the daemon container ended without a reason");
    }

    private static String of(String... lines) {
        return LastWords.of(logOf(lines));
    }

    private static DaemonLog logOf(String... lines) {
        DaemonLog log = new DaemonLog(line -> {});
        log.accept((String.join("\n", lines) + (lines.length == 0 ? "" : "\n")).getBytes(StandardCharsets.UTF_8));
        log.end();
        return log;
    }
}
