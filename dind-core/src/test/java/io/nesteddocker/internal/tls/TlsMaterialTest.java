package io.nesteddocker.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.internal.http.Ping;
import io.nesteddocker.internal.http.Ping.Answer;
import io.nesteddocker.internal.http.ScriptedDaemon;
import io.nesteddocker.internal.reach.ClientKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsMaterialTest {

    private static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");

    private final TlsMaterial material = TlsMaterial.create(
            List.of("127.0.0.1", "localhost", "::1", "[fe80::2]", "my_daemon", "dind.example.org"),
            Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void serverAndClientCertificatesAreSignedByTheAuthority() throws Exception {
        X509Certificate ca = only(material.caPem());
        only(material.serverCertPem()).verify(ca.getPublicKey());
        only(material.clientCertPem()).verify(ca.getPublicKey());
        ca.verify(ca.getPublicKey());
    }

    @Test
    void serverCertificateNamesEveryWayToDialTheDaemon() throws Exception {
        Collection<List<?>> names = only(material.serverCertPem()).getSubjectAlternativeNames();
        assertThat(names)
                .extracting(name -> (Object) name.get(1))
                .containsExactly(
                        "127.0.0.1",
                        "localhost",
                        "0:0:0:0:0:0:0:1",
                        "fe80:0:0:0:0:0:0:2",
                        "my_daemon",
                        "dind.example.org");
    }

    @Test
    void theNamesInAServerCertificateCanBeRead() {
        assertThat(TlsMaterial.names(material.serverCertPem())).contains("127.0.0.1", "localhost", "dind.example.org");
        assertThat(TlsMaterial.names(material.clientCertPem())).isEmpty();
    }

    @Test
    void eachCertificateServesItsOwnPurposeOnly() throws Exception {
        assertThat(only(material.serverCertPem()).getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(only(material.clientCertPem()).getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(only(material.caPem()).getBasicConstraints()).isZero();
        assertThat(only(material.serverCertPem()).getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void isValidFromTheDayBefore() {
        X509Certificate server = only(material.serverCertPem());
        assertThat(server.getNotBefore()).isEqualTo(NOW.minus(Duration.ofDays(1)));
        assertThat(server.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(825)));
    }

    @Test
    void isWrittenRightBeyondTheYear2049() {
        TlsMaterial late = TlsMaterial.create(
                List.of("localhost"), Clock.fixed(Instant.parse("2049-12-31T12:00:00Z"), ZoneOffset.UTC));
        assertThat(only(late.serverCertPem()).getNotAfter()).isEqualTo(Instant.parse("2052-04-04T12:00:00Z"));
    }

    @Test
    void everyDaemonGetsAnAuthorityOfItsOwn() {
        TlsMaterial other = TlsMaterial.create(List.of("localhost"));
        assertThat(only(other.caPem()).getSubjectX500Principal())
                .isNotEqualTo(only(material.caPem()).getSubjectX500Principal());
        assertThat(other.clientKeyPem()).isNotEqualTo(material.clientKeyPem());
    }

    @Test
    void showsNothingOfItsKeys() {
        assertThat(material).hasToString("TlsMaterial[EC P-256]");
        assertThat(Pem.blocks(material.clientKeyPem()).toString()).isEqualTo("[Block[PRIVATE KEY]]");
    }

    @Test
    void clientAndServerAcceptEachOther() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("127.0.0.1"));
        try (ScriptedDaemon daemon = readyDaemon(tls)) {
            assertThat(Ping.once(
                            "127.0.0.1",
                            daemon.uri().getPort(),
                            ClientKeys.of(tls).context()))
                    .isEqualTo(new Answer.Ready("1.41"));
        }
    }

    @Test
    void clientOfAnotherAuthorityIsRefused() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("127.0.0.1"));
        TlsMaterial stranger = TlsMaterial.create(List.of("127.0.0.1"));
        // The client trusts the right authority, so only the server can refuse.
        var context = TlsMaterial.contextFromPem(tls.caPem(), stranger.clientCertPem(), stranger.clientKeyPem());
        try (ScriptedDaemon daemon = readyDaemon(tls)) {
            assertThat(Ping.once("127.0.0.1", daemon.uri().getPort(), context))
                    .isInstanceOfSatisfying(
                            Answer.NotYet.class,
                            answer -> assertThat(answer.reason()).startsWith("TLS handshake failed: "));
        }
    }

    @Test
    void serverOfAnotherAuthorityIsRefused() throws IOException {
        TlsMaterial stranger = TlsMaterial.create(List.of("127.0.0.1"));
        try (ScriptedDaemon daemon = readyDaemon(TlsMaterial.create(List.of("127.0.0.1")))) {
            assertThat(Ping.once(
                            "127.0.0.1",
                            daemon.uri().getPort(),
                            ClientKeys.of(stranger).context()))
                    .isInstanceOfSatisfying(
                            Answer.NotYet.class,
                            answer -> assertThat(answer.reason()).startsWith("TLS handshake failed: "));
        }
    }

    @Test
    void serverUnderAnotherNameIsRefused() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("127.0.0.2"));
        try (ScriptedDaemon daemon = readyDaemon(tls)) {
            assertThat(Ping.once(
                            "127.0.0.1",
                            daemon.uri().getPort(),
                            ClientKeys.of(tls).context()))
                    .isInstanceOfSatisfying(
                            Answer.NotYet.class,
                            answer -> assertThat(answer.reason()).contains("127.0.0.1"));
        }
    }

    @Test
    void contextFromPemTakesACertificateChain() {
        byte[] chain = DerWriter.concat(material.clientCertPem(), "# the authority\n".getBytes(StandardCharsets.UTF_8));
        chain = DerWriter.concat(chain, material.caPem());
        assertThat(TlsMaterial.contextFromPem(material.caPem(), chain, material.clientKeyPem()))
                .isNotNull();
    }

    @Test
    void contextFromPemRefusesAKeyOfAnotherCertificate() {
        assertThatThrownBy(() ->
                        TlsMaterial.contextFromPem(material.caPem(), material.clientCertPem(), material.serverKeyPem()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CN=nested-docker client")
                .hasMessageContaining("belongs to another certificate");
    }

    @Test
    void contextFromPemSaysWhichFileHoldsNoCertificate() {
        assertThatThrownBy(() -> TlsMaterial.contextFromPem(
                        "nonsense".getBytes(StandardCharsets.UTF_8), material.clientCertPem(), material.clientKeyPem()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tried to read the CA certificate (ca.pem) but it holds no \"BEGIN CERTIFICATE\" block."
                        + " Give the file in PEM form.");
    }

    @Test
    void contextFromPemSaysWhichCertificateIsDamaged() {
        String damaged = new String(material.clientCertPem(), StandardCharsets.US_ASCII).replace("MIIB", "MIIC");
        assertThatThrownBy(() -> TlsMaterial.contextFromPem(
                        material.caPem(), damaged.getBytes(StandardCharsets.US_ASCII), material.clientKeyPem()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Tried to read the client certificate (cert.pem) but a certificate in it is damaged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "host:2376",
                "-x",
                "tcp://h",
                "1.2.3.4.5:x",
                "a..b",
                "x,DNS:evil",
                "999.1.1.1",
                "a.looooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong"
            })
    void refusesWhatIsNoServerName(String name) {
        assertThatThrownBy(() -> TlsMaterial.create(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void refusesToMakeACertificateForNobody() {
        assertThatThrownBy(() -> TlsMaterial.create(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no server name was given");
    }

    @Test
    void opensslAcceptsTheCertificatesUnderItsStrictRules(@TempDir Path folder) throws Exception {
        TlsMaterial current = TlsMaterial.create(List.of("127.0.0.1", "localhost"));
        Files.write(folder.resolve("ca.pem"), current.caPem());
        Files.write(folder.resolve("server.pem"), current.serverCertPem());
        Files.write(folder.resolve("client.pem"), current.clientCertPem());
        assertThat(openssl(folder, "-purpose", "sslserver", "-verify_ip", "127.0.0.1", "server.pem"))
                .endsWith("server.pem: OK");
        assertThat(openssl(folder, "-purpose", "sslclient", "client.pem")).endsWith("client.pem: OK");
    }

    private static String openssl(Path folder, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("openssl", "verify", "-x509_strict", "-check_ss_sig", "-CAfile", "ca.pem"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Assumptions.abort("openssl does not start here: " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static ScriptedDaemon readyDaemon(TlsMaterial tls) throws IOException {
        return ScriptedDaemon.on(ScriptedDaemon.Transport.TLS, tls, visit -> {
            if (visit.readRequest()) {
                visit.answer(200, "text/plain", "OK");
            }
        });
    }

    private static X509Certificate only(byte[] pem) {
        List<X509Certificate> certificates = Pem.certificates(pem, "test certificate");
        assertThat(certificates).hasSize(1);
        return certificates.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "10.0.0.5, true",
        "my_daemon-1, true",
        "ends-with-, false",
        "a..b, false",
        "a.-b, false"
    })
    void knowsWhatACertificateCanName(String name, boolean can) {
        assertThat(TlsMaterial.canName(name)).isEqualTo(can);
    }
}
