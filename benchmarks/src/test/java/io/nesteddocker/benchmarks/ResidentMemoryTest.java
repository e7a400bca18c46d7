package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResidentMemoryTest {

    @Test
    void sumsUpByProcessName() {
        String lines =
                "Name:\tdockerd\nVmRSS:\t   85000 kB\nName:\tsh\nVmRSS:\t     900 kB\nName:\tsh\nVmRSS:\t     100 kB\n";

        assertThat(ResidentMemory.parse(lines))
                .containsEntry("dockerd", 85_000 * 1024L)
                .containsEntry("sh", 1000 * 1024L);
    }

    @Test
    void aProcessWithoutMemoryOfItsOwnCountsNothing() {
        assertThat(ResidentMemory.parse("Name:\tkthreadd\nName:\tdockerd\nVmRSS:\t 1 kB\n"))
                .containsOnlyKeys("dockerd");
    }
}
