package io.nesteddocker.examples.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.NestedDockerExtension;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Passes the address of a daemon to code that takes an address, for example the properties of a framework. */
class DaemonInAFieldIT {

    private static Supplier<Object> dockerHost = () -> "not told";

    // tag::field[]
    @RegisterExtension
    static final NestedDockerExtension DAEMON =
            NestedDockerExtension.of(NestedDocker.builder().memory("1g").pidsLimit(500));

    @BeforeAll
    static void properties() {
        dockerHost = DAEMON::dockerHost;
    }
    // end::field[]

    @Test
    void whatAsksForTheAddressGetsIt(NestedDocker docker) {
        assertThat(dockerHost.get()).isEqualTo(docker.endpoint().dockerHost());
    }

    @Test
    void aChildProcessGetsTheVariables() throws Exception {
        // tag::environment[]
        ProcessBuilder docker = new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}");
        Map<String, String> variables = DAEMON.endpoint().environment();
        docker.environment().putAll(variables);
        // end::environment[]

        String version = new String(docker.start().getInputStream().readAllBytes()).strip();
        assertThat(version).isEqualTo(DAEMON.docker().engine().version());
    }
}
