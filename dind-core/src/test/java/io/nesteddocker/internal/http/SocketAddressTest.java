package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressTest {

    @Test
    void aPlainPathIsWrittenAsItIs() {
        assertThat(SocketAddress.of(Path.of("/tmp/x/docker.sock"))).hasToString("unix:///tmp/x/docker.sock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp/a b/docker.sock", "/tmp/it's/\"q\"", "/tmp/100%/?#[x]", "/tmp/größe/x"})
    void anyPathComesBack(String path) {
        assumeThatCode(() -> Path.of(path))
                .as("file names here are in %s", System.getProperty("sun.jnu.encoding"))
                .doesNotThrowAnyException();
        Link.UnixSocketLink link = new Link.UnixSocketLink(Path.of(path));
        assertThat(link.dockerHost().getScheme()).isEqualTo("unix");
        assertThat(link.dockerHost().getPath()).isEqualTo(path);
    }

    @Test
    void aRelativePathIsRefused() {
        assertThatThrownBy(() -> SocketAddress.of("docker.sock")).isInstanceOf(IllegalArgumentException.class);
    }
}
