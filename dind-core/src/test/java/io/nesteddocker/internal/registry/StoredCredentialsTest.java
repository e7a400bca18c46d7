package io.nesteddocker.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.model.AuthConfig;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredCredentialsTest {

    @TempDir
    private Path folder;

    /** Looks up a login, in a JVM whose PATH contains the credential helpers. */
    public static final class Asker {

        private Asker() {}

        public static void main(String[] args) {
            Optional<AuthConfig> login = StoredCredentials.ofThisProcess().find(args[0]);
            System.out.println(login.map(found -> "LOGIN " + found.getUsername() + "/" + found.getPassword() + "/"
                            + found.getIdentitytoken() + "@" + found.getRegistryAddress())
                    .orElse("NONE"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"registry.example:5000", "https://registry.example:5000", "http://registry.example:5000/v1/"})
    void readsALoginFromTheFile(String key) throws IOException {
        write("{\"auths\":{\"" + key + "\":{\"auth\":\"" + base64("ann:pass:word") + "\"}}}");
        AuthConfig login = find("registry.example:5000/app:1").orElseThrow();
        assertThat(login.getUsername()).isEqualTo("ann");
        assertThat(login.getPassword()).isEqualTo("pass:word");
        assertThat(login.getRegistryAddress()).isEqualTo("registry.example:5000");
    }

    @Test
    void findsDockerHubUnderItsOldAddress() throws IOException {
        write("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" + base64("ann:secret") + "\"}}}");
        assertThat(find("alpine:3.20")).map(AuthConfig::getUsername).contains("ann");
    }

    @Test
    void readsAnIdentityToken() throws IOException {
        write("{\"auths\":{\"registry.example\":{\"identitytoken\":\"tok\"}}}");
        assertThat(find("registry.example/app"))
                .map(AuthConfig::getIdentitytoken)
                .contains("tok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"auths\":{}}", "{\"auths\":{\"registry.example\":{\"auth\":\"###\"}}}", "[]"})
    void findsNothingInAFileWithoutUsableEntries(String config) throws IOException {
        write(config);
        assertThat(find("registry.example/app")).isEmpty();
    }

    @Test
    void goesOnWithoutAFile() {
        assertThat(find("alpine")).isEmpty();
    }

    @Test
    void asksTheHelperOfTheRegistryBeforeTheStore() throws IOException {
        write("{\"credsStore\":\"store\",\"credHelpers\":{\"registry.example\":\"special\"}}");
        helper("store", "echo '{\"Username\":\"store\",\"Secret\":\"s\"}'");
        helper("special", "read registry; echo \"{\\\"Username\\\":\\\"$1-$registry\\\",\\\"Secret\\\":\\\"s\\\"}\"");
        assertThat(ask("registry.example/app")).isEqualTo("LOGIN get-registry.example/s/null@registry.example");
        assertThat(ask("other.example/app")).isEqualTo("LOGIN store/s/null@other.example");
    }

    @Test
    void takesATokenFromAHelper() throws IOException {
        write("{\"credsStore\":\"store\"}");
        helper("store", "echo '{\"Username\":\"<token>\",\"Secret\":\"tok\"}'");
        assertThat(ask("alpine")).isEqualTo("LOGIN null/null/tok@https://index.docker.io/v1/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"echo 'credentials not found in native keychain'; exit 1", "echo nonsense-secret", "exit 0"})
    void goesOnWithoutWhereTheHelperHasNothing(String script) throws IOException {
        write("{\"credsStore\":\"store\"}");
        helper("store", script);
        assertThat(ask("alpine")).endsWith("NONE").doesNotContain("nonsense-secret");
    }

    @Test
    void goesOnWithoutWhereTheHelperIsMissing() throws IOException {
        write("{\"credsStore\":\"absent\"}");
        assertThat(ask("alpine")).endsWith("NONE").contains("this registry is asked without credentials");
    }

    @Test
    void looksUpOnlyCredentialsWithoutAPassword() throws IOException {
        write("{\"auths\":{\"registry.example\":{\"auth\":\"" + base64("ann:secret") + "\"},"
                + "\"tokens.example\":{\"identitytoken\":\"tok\"}}}");
        StoredCredentials stored = new StoredCredentials(folder.resolve("config.json"));
        RegistryCredentials found = stored.complete(List.of(
                new Credentials("registry.example", "", ""),
                new Credentials("tokens.example", "", ""),
                new Credentials("said.example", "me", "mine")));
        assertThat(found.toConfigFile())
                .isEqualTo(RegistryCredentials.of(List.of(
                                new Credentials("registry.example", "ann", "secret"),
                                new Credentials("tokens.example", RegistryCredentials.TOKEN_USER, "tok"),
                                new Credentials("said.example", "me", "mine")))
                        .toConfigFile());
    }

    @Test
    void saysThatNobodyIsLoggedIn() {
        StoredCredentials stored = new StoredCredentials(folder.resolve("config.json"));
        ErrorSentence.of(catchThrowableOfType(
                        NestedDockerException.class,
                        () -> stored.complete(List.of(new Credentials("registry.example", "", "")))))
                .tried("look up the credentials for the registry registry.example")
                .on(folder.toString())
                .because("it has none for this registry")
                .cure("run `docker login registry.example`");
    }

    /** docker-java's commands log their parameters. */
    @Test
    void whatItFindsDoesNotTellThePassword() throws IOException {
        write("{\"auths\":{\"registry.example\":{\"auth\":\"" + base64("ann:secret") + "\"}}}");
        assertThat(find("registry.example/app").orElseThrow().toString()).doesNotContain("secret");
    }

    private Optional<AuthConfig> find(String reference) {
        return new StoredCredentials(folder.resolve("config.json")).find(reference);
    }

    private String ask(String reference) {
        List<String> command = Command.jvm(Asker.class, reference);
        Outcome outcome = Command.run(
                Map.of("DOCKER_CONFIG", folder.toString(), "PATH", folder + ":" + System.getenv("PATH")),
                "",
                command.toArray(String[]::new));
        return outcome.output();
    }

    private void write(String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
    }

    private void helper(String name, String script) throws IOException {
        Path program = folder.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
