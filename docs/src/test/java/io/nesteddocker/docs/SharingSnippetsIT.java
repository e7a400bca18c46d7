package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java blocks of docs/sharing.md. */
class SharingSnippetsIT {

    @Test
    void aSharedFolderIsInside(@TempDir Path project) throws IOException {
        assumeSharedFolder();
        Files.writeString(project.resolve("pom.xml"), "<project/>");

        assertThat(share(project)).isEqualTo("pom.xml\n");
    }

    @Test
    void aConfigurationIsCopiedInAndALogOut(@TempDir Path folder) throws IOException {
        Path certificates = Files.createDirectory(folder.resolve("certificates"));
        Files.writeString(certificates.resolve("client.pem"), "a certificate");

        copy(certificates, folder.resolve("back"));

        assertThat(folder.resolve("back/client.pem")).hasContent("a certificate");
    }

    /** Skips a test if the engine can't share folders, for example because this program runs in a container with only its socket. */
    private static void assumeSharedFolder() {
        String refusal = "";
        try {
            NestedDocker.builder().connection(ConnectionMode.DIRECT).start().close();
        } catch (OuterEngineException e) {
            refusal = String.valueOf(e.getMessage());
        }
        assumeThat(refusal)
                .as("what a start with connection(ConnectionMode.DIRECT) throws here")
                .isEmpty();
    }

    private static void copy(Path certificates, Path back) {
        // tag::copy[]
        try (NestedDocker docker = NestedDocker.builder().start()) {
            docker.copyIn(certificates, "/etc/my-tool/certificates");
            docker.copyOut("/etc/my-tool/certificates", back);
        }
        // end::copy[]
    }

    private static String share(Path project) {
        // tag::share[]
        try (NestedDocker docker = NestedDocker.builder().share(project).start()) {
            HostConfig mount =
                    HostConfig.newHostConfig().withBinds(new Bind(project.toString(), new Volume("/project")));
            docker.client().createContainerCmd("maven:3").withHostConfig(mount);
            return docker.exec("ls", project.toString()).stdout();
        }
        // end::share[]
    }
}
