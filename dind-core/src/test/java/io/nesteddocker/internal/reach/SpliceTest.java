package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.http.DaemonConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that the data of each of two joined streams goes to the other one, whichever stream ends first. */
@Timeout(20)
class SpliceTest {

    private final Ends near = new Ends();
    private final Ends far = new Ends();
    private final CompletableFuture<Void> splice =
            CompletableFuture.runAsync(() -> Splice.run("splice-test", near.connection(), far.connection()));

    @Test
    void anEndInOneDirectionIsHandedOnAndTheOtherGoesOn() throws Exception {
        near.said.output().write(bytes("question"));
        near.said.output().close();
        assertThat(far.heard.input().readAllBytes()).isEqualTo(bytes("question"));

        far.said.output().write(bytes("answer"));
        far.said.output().close();
        assertThat(near.heard.input().readAllBytes()).isEqualTo(bytes("answer"));
        splice.get(10, TimeUnit.SECONDS);
    }

    @Test
    void dataIsStillReadFromASideThatStoppedReading() throws Exception {
        far.heard.input().close();
        byte[] much = new byte[300_000];
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> write(near.said, much));

        far.said.output().write(bytes("an answer to nothing"));
        asking.get(10, TimeUnit.SECONDS);
        far.said.output().write(bytes(", and more of it"));
        far.said.output().close();

        assertThat(near.heard.input().readAllBytes()).isEqualTo(bytes("an answer to nothing, and more of it"));
        splice.get(10, TimeUnit.SECONDS);
    }

    @Test
    void unreadDataDoesNotKeepAStreamOpenAfterTheOtherSideEnded() throws Exception {
        near.said.output().close();
        near.heard.input().close();
        assertThat(far.heard.input().read()).isEqualTo(-1);

        far.said.output().write(bytes("nobody hears this"));

        splice.get(10, TimeUnit.SECONDS);
    }

    private static void write(BytePipe pipe, byte[] bytes) {
        try {
            pipe.output().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A connection in memory, and the data at its other end. */
    private static final class Ends {

        final BytePipe said = new BytePipe();
        final BytePipe heard = new BytePipe();

        DaemonConnection connection() {
            return DaemonConnection.of(
                    said.input(),
                    heard.output(),
                    () -> heard.output().close(),
                    () -> {
                        said.fail("it was closed");
                        heard.output().close();
                    },
                    () -> true);
        }
    }
}
