package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that reports hide secrets. */
class MaskedSecretsTest {

    private static final NestedDockerSpec NONE_KNOWN = NestedDocker.builder().spec();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTGRES_PASSWORD=hunter2 next",
                "api-key: hunter2",
                "{\"registryToken\":\"hunter2\"}",
                "http://user:hunter2@registry.example/v2/",
                "Authorization: Bearer hunter2hunter2",
                "client_secret='hunter2'",
                "-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nhunter2"
            })
    void whatLooksLikeASecretIsMasked(String text) {
        assertThat(NONE_KNOWN.maskSecrets(text)).doesNotContain("hunter2").contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3 containers: web, db",
                "http://registry.example:5000/v2/",
                "the password is wrong",
                "a basic test"
            })
    void otherTextIsUnchanged(String text) {
        assertThat(NONE_KNOWN.maskSecrets(text)).isEqualTo(text);
    }

    @Test
    void passwordsThatTheSpecHasAreMaskedWhereverTheyAre() {
        NestedDockerSpec spec = NestedDocker.builder()
                .registryCredentials("registry.example", "me", "hunter2")
                .environment("DB_PASSWORD", "swordfish")
                .environment("HARMLESS", "daylight")
                .spec();

        assertThat(spec.maskSecrets("said hunter2 and swordfish in daylight"))
                .isEqualTo("said *** and *** in daylight");
    }
}
