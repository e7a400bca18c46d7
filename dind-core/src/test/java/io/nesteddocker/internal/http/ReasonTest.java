package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReasonTest {

    @Test
    void theDeepestCauseSpeaks() {
        assertThat(Reason.of(new IllegalStateException(
                        "outside",
                        new UncheckedIOException(new IOException("between", new ConnectException("inside"))))))
                .isEqualTo("inside");
    }

    @Test
    void theEnginesMessageIsTakenOutOfItsWrapping() {
        assertThat(Reason.of(new InternalServerErrorException("Status 500: {\"message\":\"no such thing\"}\n")))
                .isEqualTo("no such thing");
    }

    @Test
    void theEngineSpeaksBeforeItsOwnCause() {
        assertThat(Reason.of(new IllegalStateException(
                        "outside",
                        new InternalServerErrorException(
                                "Status 500: {\"message\":\"refused\"}", new IOException("deeper")))))
                .isEqualTo("refused");
    }

    @Test
    void escapedCharactersAreReadable() {
        assertThat(Reason.of(new InternalServerErrorException(
                        "{\"message\":\"exec: \\\"/bin/sh\\\": a \\u003e b\\nnext\"}")))
                .isEqualTo("exec: \"/bin/sh\": a > b next");
    }

    @Test
    void manyLinesBecomeOne() {
        assertThat(Reason.of(new IOException("  one \n\n two\r\nthree "))).isEqualTo("one two three");
    }

    @Test
    void anExceptionWithoutWordsGivesItsName() {
        assertThat(Reason.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    void aFilesNameAloneIsNoReason() {
        assertThat(Reason.of(new NoSuchFileException("/some/file"))).isEqualTo("/some/file: no such file or folder");
        assertThat(Reason.of(new UncheckedIOException(new AccessDeniedException("/some/file"))))
                .isEqualTo("/some/file: permission denied");
        assertThat(Reason.of(new FileSystemLoopException("/some/file")))
                .isEqualTo("/some/file: FileSystemLoopException");
    }

    @Test
    void aFilesOwnReasonIsEnough() {
        assertThat(Reason.of(new FileSystemException("/some/file", null, "No space left on device")))
                .isEqualTo("/some/file: No space left on device");
    }

    @Test
    void aCircleOfCausesComesToAnEnd() {
        Exception one = new IllegalStateException("one");
        Exception two = new IllegalStateException("two", one);
        one.initCause(two);
        assertThat(Reason.of(one)).isIn("one", "two");
    }
}
