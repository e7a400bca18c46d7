package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextFolderTest {

    private static final Endpoint SOCKET = new Endpoint(URI.create("unix:///run/inner.sock"), null);

    @TempDir
    private Path temporary;

    private Path usersFolder;
    private Path folder;

    @BeforeEach
    void makeFolders() throws IOException {
        usersFolder = Files.createDirectory(temporary.resolve(".docker"));
        folder = Files.createDirectory(temporary.resolve("config"));
    }

    @Test
    void pluginsOfTheUserAreFoundInItToo() throws IOException {
        Files.createDirectory(usersFolder.resolve("cli-plugins"));
        assertThat(written().path("cliPluginsExtraDirs"))
                .extracting(JsonNode::asText)
                .containsExactly(usersFolder.resolve("cli-plugins").toString());
    }

    @Test
    void pluginsThatTheUsersConfigurationNamesAreFoundInItToo() throws IOException {
        Files.writeString(usersFolder.resolve("config.json"), "{\"cliPluginsExtraDirs\": [\"/opt/plugins\"]}");
        assertThat(written().path("cliPluginsExtraDirs"))
                .extracting(JsonNode::asText)
                .containsExactly("/opt/plugins");
    }

    @Test
    void loginsOfTheUserAreNotInIt() throws IOException {
        Files.writeString(
                usersFolder.resolve("config.json"),
                "{\"auths\": {\"registry.example\": {\"auth\": \"c2VjcmV0\"}}, \"credsStore\": \"pass\"}");
        assertThat(written().fieldNames()).toIterable().containsExactly("currentContext");
    }

    @Test
    void aConfigurationOfTheUserThatIsBrokenIsNoReasonToFail() throws IOException {
        Files.writeString(usersFolder.resolve("config.json"), "{");
        assertThat(written().path("currentContext").asText()).isEqualTo(ContextFolder.NAME);
    }

    private JsonNode written() throws IOException {
        ContextFolder.write(SOCKET, usersFolder, folder);
        return new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    }
}
