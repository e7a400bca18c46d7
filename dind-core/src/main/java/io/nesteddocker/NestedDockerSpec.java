package io.nesteddocker;

import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.daemon.OuterReport;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.Secrets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options for a daemon, checked and fixed: an immutable copy of what a {@link NestedDockerBuilder} was given.
 *
 * <p>Two specs are equal if all their options are equal; clients, consumers and listeners are compared by identity unless their classes
 * override {@code equals}. Immutable and thread-safe. One spec can start any number of daemons, unless it has a {@link #singleUseOption()}.
 */
public final class NestedDockerSpec {

    private final Options options;

    NestedDockerSpec(Options options) {
        this.options = options;
    }

    Options options() {
        return options;
    }

    /**
     * Returns a builder with the options of this spec.
     *
     * @return a new builder
     */
    public NestedDockerBuilder toBuilder() {
        return new NestedDockerBuilder(options);
    }

    /**
     * Returns how long a start may take; see {@link NestedDockerBuilder#startupTimeout(Duration)}.
     *
     * @return the time, at least a millisecond
     */
    public Duration startupTimeout() {
        return options.lifecycle().startupTimeout();
    }

    /**
     * Returns the limit for the memory of a daemon; see {@link NestedDockerBuilder#memory(String)}.
     *
     * @return the limit in bytes, or empty if there is none
     */
    public OptionalLong memoryLimit() {
        long bytes = options.container().limits().memoryBytes();
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    /**
     * Returns the option that lets this spec have only one daemon at a time: a name, a port with a fixed number, a named volume,
     * {@link NestedDockerBuilder#keepRunning()}, or {@link NestedDockerBuilder#reuse(String)}.
     *
     * @return the option for use in a message, for example {@code name("ci-docker")}, or empty if the spec can start several daemons
     */
    public Optional<String> singleUseOption() {
        String name = options.container().name();
        if (!name.isEmpty()) {
            return Optional.of("name(\"" + name + "\")");
        }
        int port = options.connection().apiPort().map(asked -> asked.number()).orElse(0);
        if (port != 0) {
            return Optional.of("port(" + port + ")");
        }
        if (options.storage().dataRoot().kind() == DataRoot.Kind.NAMED_VOLUME) {
            return Optional.of("a named volume");
        }
        if (options.lifecycle().reuse().isPresent()) {
            return Optional.of("reuse(..)");
        }
        return options.lifecycle().keepRunning() ? Optional.of("keepRunning()") : Optional.empty();
    }

    /**
     * Asks the outer engine of this spec for its version, processors, memory and daemons, over a new connection. Blocks for at most the
     * given time.
     *
     * @param patience how long to wait, at least a millisecond
     * @return the answer
     * @throws IllegalArgumentException if the time is shorter
     * @throws NoOuterEngineException if there is no outer engine, or it does not answer in time
     * @throws OuterEngineException if the engine refuses, or the calling thread was interrupted
     */
    public EngineInfo.Outer askOuterEngine(Duration patience) {
        Given.value(patience, "the time to wait for an outer engine");
        if (patience.toMillis() < 1) {
            throw new IllegalArgumentException("Tried to wait " + patience
                    + " for an outer engine but no engine answers in that time; give at least a millisecond.");
        }
        return OuterReport.ask(options, patience);
    }

    /**
     * Returns a text with {@code ***} in place of each secret. Three kinds of text are secrets: registry passwords of this spec with at
     * least four characters; values, with at least four characters, of environment variables of this spec whose names suggest a secret; and
     * everything else that looks like a password, a token or a private key.
     *
     * @param text a text for people to read, for example a report or a log
     * @return the text without secrets
     */
    public String maskSecrets(String text) {
        return Secrets.of(options).mask(Given.value(text, "a text with secrets"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NestedDockerSpec spec && options.equals(spec.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /**
     * Returns the options for a person to read. Environment variables, labels and flags of {@code dockerd} are listed without their values,
     * and passwords and addresses of proxies are left out.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return "NestedDockerSpec[" + options + "]";
    }
}
