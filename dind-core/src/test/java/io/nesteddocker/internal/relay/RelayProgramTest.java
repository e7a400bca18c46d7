package io.nesteddocker.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayProgramTest {

    /** The offset of the processor's number in an ELF file. */
    private static final int MACHINE = 18;

    @ParameterizedTest
    @CsvSource({"amd64, 62", "arm64, 183"})
    void theProgramOfAProcessorIsForThatProcessor(String architecture, int machine) {
        byte[] program = RelayProgram.forProcessor(architecture).orElseThrow();
        assertThat(program).startsWith(0x7F, 'E', 'L', 'F');
        assertThat(program[MACHINE] & 0xFF).isEqualTo(machine);
        assertThat(RelayProgram.obstacle(architecture)).isEmpty();
    }

    @Test
    void thePlaceOfAllProgramsInTheJarIsSmall() {
        assertThat(RelayProgram.forProcessor("amd64").orElseThrow().length
                        + RelayProgram.forProcessor("arm64").orElseThrow().length)
                .isLessThan(300_000);
    }

    @Test
    void anotherProcessorHasNoneAndTheReasonNamesIt() {
        assertThat(RelayProgram.forProcessor("riscv64")).isEmpty();
        assertThat(RelayProgram.obstacle("riscv64"))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("the processor \"riscv64\"")
                        .endsWith("exists for amd64 and arm64 only"));
    }
}
