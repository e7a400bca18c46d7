package io.nesteddocker.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which credentials are used for which image. */
class RegistryCredentialsTest {

    private static final String SECRET = "hunter2:sécret";

    private final RegistryCredentials credentials = RegistryCredentials.of(List.of(
            new Credentials("registry.example:5000", "me", SECRET),
            new Credentials("docker.io", "hubby", SECRET),
            new Credentials("tokens.example", "<token>", SECRET)));

    @Test
    void anImageOfARegistryHasItsUser() {
        AuthConfig auth = credentials.forImage("registry.example:5000/team/x:1");
        assertThat(auth.getUsername()).isEqualTo("me");
        assertThat(auth.getPassword()).isEqualTo(SECRET);
        assertThat(auth.getRegistryAddress()).isEqualTo("registry.example:5000");
    }

    @Test
    void anImageOfDockerHubHasItsUserUnderTheOldAddress() {
        assertThat(credentials.forImage("team/x").getRegistryAddress()).isEqualTo("https://index.docker.io/v1/");
    }

    @Test
    void anImageOfAnotherRegistryHasNoCredentials() {
        assertThat(credentials.forImage("registry.example/x")).isNull();
    }

    @Test
    void aTokenIsNoPassword() {
        AuthConfig auth = credentials.forImage("tokens.example/x");
        assertThat(auth.getIdentitytoken()).isEqualTo(SECRET);
        assertThat(auth.getPassword()).isNull();
    }

    @Test
    void theConfigFileComesBackAsItWas() throws IOException {
        RegistryCredentials back = RegistryCredentials.fromConfigFile(credentials.toConfigFile());
        assertThat(back.toConfigFile()).isEqualTo(credentials.toConfigFile());
        assertThat(back.forImage("registry.example:5000/x").getPassword()).isEqualTo(SECRET);
        assertThat(back.forImage("x").getUsername()).isEqualTo("hubby");
        assertThat(back.forImage("tokens.example/x").getIdentitytoken()).isEqualTo(SECRET);
    }

    /** docker-java's commands log their parameters. */
    @Test
    void noWordsOfItTellThePassword() {
        assertThat(credentials.toString()
                        + credentials.forImage("x")
                        + credentials.forImage("tokens.example/x")
                        + credentials.all())
                .contains("registry.example:5000")
                .doesNotContain("hunter2");
    }
}
