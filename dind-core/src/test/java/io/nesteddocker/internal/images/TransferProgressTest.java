package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ProgressListener.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferProgressTest {

    private static final int REPORTED = 1 << 20;

    private final List<Progress> reports = new ArrayList<>();
    private final TransferProgress progress = new TransferProgress(reports::add);

    @Test
    void smallBlocksAreReportedTogether() {
        progress.begin("alpine:3", 10_000_000, 2);
        progress.bytes(REPORTED - 1);
        assertThat(reports).containsExactly(new Progress("alpine:3", "sending", 0, 10_000_000, 0, 2));
        progress.bytes(1);
        assertThat(reports).last().isEqualTo(new Progress("alpine:3", "sending", REPORTED, 10_000_000, 0, 2));
        progress.bytes(REPORTED - 1);
        assertThat(reports).hasSize(2);
    }

    @Test
    void theEndOfALayerIsReportedWithTheBytesThatWereNotYet() {
        progress.begin("alpine:3", 1_000, 2);
        progress.bytes(600);
        progress.layerDone();
        progress.bytes(400);
        progress.layerDone();
        progress.unpacking();
        progress.done();
        assertThat(reports)
                .containsExactly(
                        new Progress("alpine:3", "sending", 0, 1_000, 0, 2),
                        new Progress("alpine:3", "sending", 600, 1_000, 1, 2),
                        new Progress("alpine:3", "sending", 1_000, 1_000, 2, 2),
                        new Progress("alpine:3", "unpacking", 1_000, 1_000, 2, 2),
                        new Progress("alpine:3", "loaded", 1_000, 1_000, 2, 2));
    }

    /** An engine's sizes are those of the unpacked layers, so an archive can be larger. */
    @Test
    void theTotalIsNeverLessThanWhatIsDone() {
        progress.begin("alpine:3", 1_000, 1);
        progress.bytes(1_500);
        progress.layerDone();
        progress.layerDone();
        assertThat(reports).last().isEqualTo(new Progress("alpine:3", "sending", 1_500, 1_500, 2, 2));
    }

    @Test
    void aTotalThatIsNotKnownStaysSo() {
        progress.begin("alpine:3", 0, 0);
        progress.bytes(2 * REPORTED);
        assertThat(reports).last().isEqualTo(new Progress("alpine:3", "sending", 2 * REPORTED, 0, 0, 0));
    }

    @Test
    void moreThanTwoGigabytesAreCounted() {
        progress.begin("big:1", 5L << 30, 0);
        for (int i = 0; i < 3; i++) {
            progress.bytes(Integer.MAX_VALUE);
        }
        assertThat(reports).last().extracting(Progress::doneBytes).isEqualTo(3L * Integer.MAX_VALUE);
    }

    @Test
    void theNextImageBeginsAtZero() {
        progress.begin("one:1", 3 * REPORTED, 1);
        progress.bytes(REPORTED + REPORTED / 2);
        progress.layerDone();
        progress.begin("two:1", 2 * REPORTED, 3);
        progress.bytes(REPORTED - 1);
        assertThat(reports).last().isEqualTo(new Progress("two:1", "sending", 0, 2 * REPORTED, 0, 3));
        progress.bytes(1);
        assertThat(reports).last().isEqualTo(new Progress("two:1", "sending", REPORTED, 2 * REPORTED, 0, 3));
    }

    @Test
    void aFileThatIsSavedIsNotSent() {
        progress.beginSaving("images.tar", 0);
        progress.bytes(REPORTED);
        progress.saved("images.tar", 1_234);
        assertThat(reports)
                .containsExactly(
                        new Progress("images.tar", "saving", 0, 0, 0, 0),
                        new Progress("images.tar", "saving", REPORTED, 0, 0, 0),
                        new Progress("images.tar", "saved", 1_234, 1_234, 0, 0));
    }
}
