package io.nesteddocker.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.Proxies;
import io.nesteddocker.Specs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxySettingsTest {

    private static final Map<String, String> VARIABLES =
            Map.of("https_proxy", "proxy.example:3128", "NO_PROXY", "a.example, .b.example");

    private final NestedDockerBuilder builder = NestedDocker.builder();

    @TempDir
    private Path folder;

    private Path config;

    @BeforeEach
    void writeConfig() throws IOException {
        config = Files.writeString(
                folder.resolve("config.json"),
                "{\"proxies\": {\"default\": {\"httpProxy\": \"http://other.example:3128\"}}}");
    }

    @Test
    void variablesAreInheritedInSmallLettersToo() {
        assertThat(resolve(VARIABLES))
                .isEqualTo(Proxies.none()
                        .https(URI.create("http://proxy.example:3128"))
                        .except("a.example", ".b.example"));
    }

    @Test
    void theDockerConfigSpeaksWhereNoVariableDoes() {
        assertThat(resolve(Map.of()).http()).isEqualTo("http://other.example:3128");
    }

    @Test
    void aProxyThatContainersDoNotReachIsLeftOut() {
        assertThat(resolve(Map.of("HTTP_PROXY", "http://127.0.0.1:3128", "HTTPS_PROXY", "http://localhost:3128")))
                .isEqualTo(Proxies.none());
    }

    @Test
    void aVariableOfTheDaemonContainerTakesPrecedence() {
        builder.environment("HTTPS_PROXY", "http://mine.example:3128");
        assertThat(resolve(VARIABLES)).isEqualTo(Proxies.none());
    }

    @Test
    void withoutSettingsThereIsNoProxy() {
        builder.proxies(Proxies.none());
        assertThat(resolve(VARIABLES)).isEqualTo(Proxies.none());
    }

    @Test
    void noTextTellsAPassword() {
        assertThat(Proxies.of(URI.create("http://user:secret@proxy.example:3128")))
                .asString()
                .doesNotContain("secret");
    }

    private Proxies resolve(Map<String, String> variables) {
        return new ProxySettings(variables, config).resolve(Specs.options(builder));
    }
}
