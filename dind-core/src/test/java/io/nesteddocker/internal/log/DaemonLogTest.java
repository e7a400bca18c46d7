package io.nesteddocker.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonLogTest {

    private final List<String> heard = new ArrayList<>();
    private final DaemonLog log = new DaemonLog(heard::add);

    @Test
    void aPieceMayHoldManyLines() {
        say("one\ntwo\nthree\n");
        assertThat(log.tail()).containsExactly("one", "two", "three");
    }

    @Test
    void aLineMayComeInManyPieces() {
        say("on");
        say("e\nt");
        say("wo\n");
        assertThat(log.tail()).containsExactly("one", "two");
    }

    @Test
    void aCharacterMayComeInTwoPieces() {
        byte[] bytes = "größe\n".getBytes(StandardCharsets.UTF_8);
        for (byte next : bytes) {
            log.accept(new byte[] {next});
        }
        assertThat(log.tail()).containsExactly("größe");
    }

    @Test
    void anUnfinishedLineWaitsForItsEnd() {
        say("unfin");
        assertThat(log.tail()).isEmpty();
    }

    @Test
    void theEndFinishesAnUnfinishedLine() {
        say("unfin");
        log.end();
        assertThat(log.tail()).containsExactly("unfin");
    }

    @Test
    void theEndOfALineMayHaveTwoCharacters() {
        say("one\r\ntwo\r\n");
        assertThat(log.tail()).containsExactly("one", "two");
    }

    @ParameterizedTest
    @CsvSource({
        "graphdriver(s)=overlay2 version=20.10.24, overlay2",
        "containerd-snapshotter=false storage-driver=overlay2 version=26.1.5, overlay2",
        "containerd-snapshotter=true storage-driver=overlayfs version=28.5.2, overlayfs",
    })
    void theDaemonReportsItsStorageDriver(String facts, String driver) {
        say("time=\"2026-11-29T15:16:38.100890230Z\" level=info msg=\"API listen on storage-driver=wrong\"\n");
        assertThat(log.storageDriver()).isEmpty();

        say("time=\"2026-11-29T15:16:38.100890230Z\" level=info msg=\"Docker daemon\" commit=3ef3c07 " + facts + "\n");
        assertThat(log.storageDriver()).contains(driver);
    }

    @Test
    void anEmptyLineIsALine() {
        say("one\n\ntwo\n");
        assertThat(log.tail()).containsExactly("one", "", "two");
    }

    @Test
    void aLineWithoutEndIsCutUp() {
        say("x".repeat(16 * 1024 + 5) + "\n");
        assertThat(log.tail()).containsExactly("x".repeat(16 * 1024), "x".repeat(5));
    }

    @Test
    void aLineOfTheGreatestLengthIsOneLine() {
        say("x".repeat(16 * 1024) + "\n");
        assertThat(log.tail()).hasSize(1);
    }

    @Test
    void theTailHoldsTheLastLines() {
        for (int i = 1; i <= 250; i++) {
            say("line " + i + "\n");
        }
        assertThat(log.tail()).hasSize(200).startsWith("line 51").endsWith("line 250");
    }

    @Test
    void theConsumerHearsAllLines() {
        for (int i = 1; i <= 250; i++) {
            say("line " + i + "\n");
        }
        assertThat(heard).hasSize(250);
    }

    @Test
    void theScriptsReasonIsKept() {
        say("dind-init: failed: this image has no dockerd\nmore\n");
        assertThat(log.failure()).contains("this image has no dockerd");
    }

    @Test
    void otherLinesOfTheScriptAreNoReason() {
        say("dind-init: restarting dockerd and containerd\n");
        assertThat(log.failure()).isEmpty();
    }

    @Test
    void itHasNotEndedBeforeItsEnd() {
        say("one\n");
        assertThat(log.hasEnded()).isFalse();
    }

    @Test
    void itHasEndedAfterItsEnd() {
        log.end();
        assertThat(log.hasEnded()).isTrue();
    }

    @Test
    void waitingForTheEndIsBounded() throws InterruptedException {
        assertThat(log.awaitEnd(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void anExpectedLineIsNoticed() {
        CountDownLatch seen = log.expect("dind-init: now");
        say("dind-init: no\ndind-init: now\n");
        assertThat(seen.getCount()).isZero();
    }

    @Test
    void anotherLineIsNotTheExpectedOne() {
        CountDownLatch seen = log.expect("dind-init: now");
        say("dind-init: nowhere\n");
        assertThat(seen.getCount()).isEqualTo(1);
    }

    @Test
    void nobodyWaitsForALineBeyondTheEnd() {
        log.end();
        assertThat(log.expect("dind-init: now").getCount()).isZero();
    }

    private void say(String text) {
        log.accept(text.getBytes(StandardCharsets.UTF_8));
    }
}
