package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.DataRoot;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.StartupException;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java blocks of the pages; {@link SnippetsTest} checks that the pages show exactly this code. */
class SnippetsIT {

    private final PrintStream usualOut = System.out;
    private final PrintStream usualErr = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void keepWhatIsPrinted() {
        PrintStream kept = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(kept);
        System.setErr(kept);
    }

    @AfterEach
    void printAgain() {
        System.setOut(usualOut);
        System.setErr(usualErr);
    }

    @Test
    void theReadmeStartsAContainerInside() throws Exception {
        try (DockerClient outer = outerClient();
                StandIn busybox = StandIn.of("nested-docker-test:tiny", "busybox:1.36", outer)) {
            // The inner engine would report a container that it can't start.
            assertThatCode(SnippetsIT::readme).doesNotThrowAnyException();
        }
    }

    private static void readme() {
        // tag::readme[]
        try (NestedDocker docker = NestedDocker.builder().images("busybox:1.36").start()) {
            DockerClient inner = docker.client();
            String id = inner.createContainerCmd("busybox:1.36").exec().getId();
            inner.startContainerCmd(id).exec();
        }
        // end::readme[]
    }

    @Test
    void aPublishedPortAnswersAtLocalhost() throws Exception {
        try (DockerClient outer = outerClient();
                StandIn busybox = StandIn.of("nested-docker-test:tiny", "busybox:1.36", outer)) {
            assumeThatCode(() -> new ServerSocket(8089, 1, InetAddress.getByName("127.0.0.1")).close())
                    .as("taking the port that the snippet publishes")
                    .doesNotThrowAnyException();
            published();
        }

        assertThat(printed()).contains("The web server answered: Hello from inside");
    }

    private static void published() throws IOException {
        // tag::published[]
        try (NestedDocker docker =
                NestedDocker.builder().images("busybox:1.36").publishPorts().start()) {
            String web = docker.client()
                    .createContainerCmd("busybox:1.36")
                    .withCmd("sh", "-c", "echo Hello from inside >index.html; exec httpd -f -p 80")
                    .withExposedPorts(ExposedPort.tcp(80))
                    .withHostConfig(HostConfig.newHostConfig().withPortBindings(PortBinding.parse("8089:80")))
                    .exec()
                    .getId();
            docker.client().startContainerCmd(web).exec();
            docker.addressOf(web, 80); // waits until the web server listens
            try (InputStream page = URI.create("http://localhost:8089/").toURL().openStream()) {
                System.out.println(
                        "The web server answered: " + new String(page.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        // end::published[]
    }

    @Test
    void imagesAreInsideAtTheStart() throws IOException {
        try (DockerClient outer = outerClient();
                StandIn app = StandIn.of("nested-docker-test:tiny", "team/app:1", outer)) {
            images();
        }

        assertThat(printed()).contains("team/app:1: linked to the seed nested-docker-seed-");
    }

    private static void images() {
        // tag::images[]
        try (NestedDocker docker = NestedDocker.builder().images("team/app:1").start()) {
            docker.client().createContainerCmd("team/app:1").withCmd("hostname").exec();
            docker.diagnostics().images().forEach(System.out::println);
        }
        // end::images[]
    }

    @Test
    void optionsFitTogether() {
        // tag::options[]
        NestedDockerSpec spec = NestedDocker.builder()
                .image("docker:29-dind")
                .memory("2g")
                .cpus(2)
                .dataRoot(DataRoot.volume("ci-images"))
                .registryMirror(URI.create("http://mirror.example:5000"))
                .addressPool("10.200.0.0/16", 24)
                .environment("HTTPS_PROXY", "http://proxy.example:3128")
                .daemonArgs("--max-concurrent-downloads=6")
                .startupTimeout(Duration.ofSeconds(60))
                .spec();
        // end::options[]

        assertThat(spec.memoryLimit()).hasValue(2L << 30);
    }

    @Test
    void registriesAreSaid(@TempDir Path folder) throws IOException {
        Path companyCa = Files.write(
                folder.resolve("ca.pem"),
                TlsMaterial.create(List.of("registry.example")).caPem());
        String token = "hunter2";
        // tag::registries[]
        NestedDockerSpec spec = NestedDocker.builder()
                .registryMirror(URI.create("https://mirror.example"))
                .registryCa("registry.example:5000", companyCa)
                .registryCredentials("registry.example:5000", "ci", token)
                .registryCredentials("ghcr.io") // those that `docker login` has stored
                .insecureRegistry("scratch.example:5000")
                .spec();
        // end::registries[]

        assertThat(spec.toString()).contains("ci@registry.example:5000").doesNotContain(token);
    }

    @Test
    void aRegistryInOneDaemonServesAnother() throws Exception {
        try (DockerClient outer = outerClient();
                StandIn registry = StandIn.of("nested-docker-test:registry", "registry:3", outer);
                StandIn busybox = StandIn.of("nested-docker-test:tiny", "busybox:1.36", outer)) {
            testRegistry();
        }

        assertThat(printed()).containsPattern("pulled sha256:[0-9a-f]{64} from [0-9.]+:5000");
    }

    private static void testRegistry() throws InterruptedException {
        // tag::test-registry[]
        try (NestedDocker registry = NestedDocker.builder().images("registry:3").start()) {
            String server = registry.client()
                    .createContainerCmd("registry:3")
                    .withHostConfig(HostConfig.newHostConfig().withPortBindings(PortBinding.parse("5000:5000")))
                    .exec()
                    .getId();
            registry.client().startContainerCmd(server).exec();
            registry.addressOf(server, 5000); // waits until the registry listens
            String name = registry.exec("hostname", "-i").stdout().strip() + ":5000";
            String image = name + "/team/app:1";

            try (NestedDocker docker = NestedDocker.builder()
                    .images("busybox:1.36")
                    .insecureRegistry(name)
                    .start()) {
                DockerClient inner = docker.client();
                inner.tagImageCmd("busybox:1.36", name + "/team/app", "1").exec();
                inner.pushImageCmd(image).start().awaitCompletion();
                inner.removeImageCmd(image).exec();

                inner.pullImageCmd(image).start().awaitCompletion();
                System.out.println(
                        "pulled " + inner.inspectImageCmd(image).exec().getId() + " from " + name);
            }
        }
        // end::test-registry[]
    }

    @Test
    void theHandleSaysWhatItIs() {
        // tag::handle[]
        try (NestedDocker docker = NestedDocker.builder().start()) {
            System.out.println(docker.engine());
            System.out.println(docker.diagnostics());

            ExecResult listing = docker.exec("ls", "/var/lib/docker");
            System.out.println(listing.exitCode() + ": " + listing.stdout());

            docker.restart();
            docker.logs().forEach(System.out::println);
        }
        // end::handle[]

        assertThat(printed()).contains("storageDriver=", "reached phase READY", "0: ", "restarting dockerd");
    }

    @Test
    void aDaemonCanOutliveItsProgram() throws IOException {
        SoleUse name = SoleUse.of("team-docker");
        try {
            keep();
        } finally {
            name.close();
        }

        assertThat(printed()).containsPattern("\\d+\\.\\d+");
        assertThatThrownBy(() -> NestedDocker.attach("team-docker"))
                .hasMessageContaining("there is no container of that name");
    }

    private static void keep() {
        // tag::keep[]
        NestedDocker.builder().name("team-docker").keepRunning().start().close();

        // Later, perhaps in another program:
        try (NestedDocker docker = NestedDocker.attach("team-docker")) {
            System.out.println(docker.engine().version());
            docker.remove();
        }
        // end::keep[]
    }

    @Test
    void privilegedSaysWhatWasGranted() {
        // tag::privileged[]
        try (NestedDocker docker = NestedDocker.builder().privileged().start()) {
            System.out.println("granted: " + docker.engine().granted());
        }
        // end::privileged[]

        assertThat(printed()).containsAnyOf("granted: privileged", "granted: least privilege");
    }

    @Test
    void strictIsGrantedOrRefused() {
        assertThatCode(() -> {
                    // tag::strict[]
                    try (NestedDocker docker =
                            NestedDocker.builder().requirePrivileged().start()) {
                        System.out.println("granted: " + docker.engine().granted());
                    }
                    // end::strict[]
                    assertThat(printed()).contains("granted: privileged");
                })
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure)
                                .isInstanceOf(OuterEngineException.class)
                                .hasMessageContaining("cannot grant every capability"));
    }

    @Test
    void anotherRuntimeIsUsedOrRefused() {
        assertThatCode(() -> {
                    // tag::runtime[]
                    try (NestedDocker docker = NestedDocker.builder()
                            .privilege(Privilege.runtime("sysbox-runc"))
                            .start()) {
                        System.out.println("granted: " + docker.engine().granted());
                    }
                    // end::runtime[]
                    assertThat(printed()).contains("granted: runtime sysbox-runc");
                })
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure)
                                .isInstanceOf(OuterEngineException.class)
                                .hasMessageContaining("use the runtime sysbox-runc"));
    }

    @Test
    void debianIsBuiltWhereItIsMissing() {
        // tag::debian[]
        try (NestedDocker docker = NestedDocker.builder()
                .image(DaemonImage.debian("trixie"))
                .startupTimeout(Duration.ofMinutes(10))
                .progress(report -> System.out.println(report.subject() + ": " + report.status()))
                .start()) {
            System.out.println(docker.engine().version());
        }
        // end::debian[]

        assertThat(printed()).containsPattern("(?m)^26\\.1");
    }

    @Test
    void aFailureTellsWhatItKnows() {
        // tag::failure[]
        try (NestedDocker docker =
                NestedDocker.builder().daemonArgs("--no-such-flag=1").start()) {
            docker.client().pingCmd().exec();
        } catch (StartupException e) {
            System.err.println(e.getMessage());
            System.err.println(e.diagnostics());
        }
        // end::failure[]

        assertThat(printed()).contains("no-such-flag", "reached phase READY", "try: ");
    }

    @Test
    void theDaemonsLogCanBeHeard() {
        // tag::log[]
        try (NestedDocker docker = NestedDocker.builder()
                .logLevel("debug")
                .logConsumer(line -> System.out.println("dockerd: " + line))
                .start()) {
            docker.client().pingCmd().exec();
        }
        // end::log[]

        assertThat(printed()).containsPattern("dockerd: .*level=debug");
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static DockerClient outerClient() throws IOException {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
    }
}
