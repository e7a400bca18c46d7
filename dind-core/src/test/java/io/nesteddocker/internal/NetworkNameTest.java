package io.nesteddocker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"dind-1a2b", "7f3a.docker", "docker", "docker.example.internal"})
    void aNameThatEachClientCanUseStaysAsItIs(String name) {
        assertThat(NetworkName.of(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Docker",
                "my_docker",
                "docker-",
                "docker.",
                "a..b",
                "10.0.0.5",
                "1234",
                "7f3a-docker",
                "docker.7",
                "localhost",
                "my.localhost",
                "a234567890b234567890c234567890d234567890e234567890f234567890g234"
            })
    void aNameThatSomeClientCanNotUseIsReplaced(String name) {
        assertThat(NetworkName.of(name)).matches("nested-docker-[0-9a-f]{16}");
    }

    @Test
    void namesThatDifferHaveDifferentReplacements() {
        assertThat(NetworkName.of("Docker_1")).isNotEqualTo(NetworkName.of("Docker_2"));
    }
}
