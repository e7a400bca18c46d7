package io.nesteddocker.internal.http;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import io.nesteddocker.internal.registry.RegistryCredentials;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A docker-java configuration with credentials for each registry. Immutable and thread-safe.
 *
 * <p>docker-java's own configuration supports one registry, or those of a {@code config.json} on disk. It also gives each client a mapper
 * of its own, which examines all classes again; this took a tenth of the time of a start.
 */
final class EngineClientConfig implements DockerClientConfig {

    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();

    static {
        // docker-java encodes the JSON of a password in the platform's character set, which may lack some of its
        // letters.
        JSON.getFactory().enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
    }

    private final DockerClientConfig bare;
    private final RegistryCredentials credentials;

    EngineClientConfig(DockerClientConfig bare, RegistryCredentials credentials) {
        this.bare = bare;
        this.credentials = credentials;
    }

    @Override
    public URI getDockerHost() {
        return bare.getDockerHost();
    }

    @Override
    public RemoteApiVersion getApiVersion() {
        return bare.getApiVersion();
    }

    @Override
    public @Nullable String getRegistryUsername() {
        return null;
    }

    @Override
    public @Nullable String getRegistryPassword() {
        return null;
    }

    @Override
    public @Nullable String getRegistryEmail() {
        return null;
    }

    @Override
    public String getRegistryUrl() {
        return bare.getRegistryUrl();
    }

    @Override
    public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
        return credentials.forImage(imageName);
    }

    @Override
    public AuthConfigurations getAuthConfigurations() {
        return credentials.all();
    }

    /** Returns null: docker-java does not call this method if a transport is given. */
    @Override
    @SuppressWarnings("deprecation")
    public com.github.dockerjava.core.@Nullable SSLConfig getSSLConfig() {
        return null;
    }

    @Override
    public ObjectMapper getObjectMapper() {
        return JSON;
    }
}
