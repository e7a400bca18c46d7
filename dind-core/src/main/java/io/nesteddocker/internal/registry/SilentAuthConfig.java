package io.nesteddocker.internal.registry;

import com.github.dockerjava.api.model.AuthConfig;

/** docker-java's own tells the password to whoever logs it, and docker-java's commands log what they are made of. */
final class SilentAuthConfig extends AuthConfig {

    private static final long serialVersionUID = 1L;

    /** Names the registry, and nothing else. */
    @Override
    public String toString() {
        return "AuthConfig[" + getRegistryAddress() + "]";
    }
}
