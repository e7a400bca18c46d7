package io.nesteddocker.internal.registry;

import com.github.dockerjava.api.model.AuthConfig;

/** Keeps the password out of logs: docker-java's commands log their fields, and its own class has the password in its text. */
final class SilentAuthConfig extends AuthConfig {

    private static final long serialVersionUID = 1L;

    /** Names the registry, and nothing else. */
    @Override
    public String toString() {
        return "AuthConfig[" + getRegistryAddress() + "]";
    }
}
