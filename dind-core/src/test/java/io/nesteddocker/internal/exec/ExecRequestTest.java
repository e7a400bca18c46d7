package io.nesteddocker.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExecRequestTest {

    @Test
    void aShortCommandIsShownInFull() {
        assertThat(ExecRequest.of(List.of("sh", "-c", "x".repeat(194))).commandLine())
                .isEqualTo("sh -c " + "x".repeat(194));
    }

    @Test
    void aLongCommandIsCut() {
        assertThat(ExecRequest.of(List.of("sh", "-c", "x".repeat(50_000))).commandLine())
                .isEqualTo("sh -c " + "x".repeat(194) + "..");
    }

    @Test
    void aCharacterOfTwoPartsIsNotCutInTwo() {
        String whale = "\uD83D\uDC33";
        assertThat(ExecRequest.of(List.of(whale.repeat(201))).commandLine()).isEqualTo(whale.repeat(200) + "..");
    }
}
