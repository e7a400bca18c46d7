package io.nesteddocker.benchmarks;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import java.util.function.UnaryOperator;

/**
 * A nested daemon, until an answer of its inner client.
 *
 * @param name what it is called in the tables
 * @param options what is said to the builder
 */
record Ours(String name, UnaryOperator<NestedDockerBuilder> options) implements Contender {

    /** Through the private Unix socket that is there without any option. */
    static Ours throughSocket(Belongings belongings, HostPrivilege privilege) {
        return new Ours(
                "ours, Unix socket",
                builder -> builder.privilege(privilege.granted()).label(Belongings.LABEL, belongings.runId()));
    }

    /** Through a TLS port of the engine's choice. */
    static Ours throughTls(Belongings belongings, HostPrivilege privilege) {
        Ours plain = throughSocket(belongings, privilege);
        return new Ours(
                "ours, TLS port", builder -> plain.options().apply(builder).port(0));
    }

    /** A fresh daemon that the run before has left; the first run has none. */
    static Ours leftByTheRunBefore(Belongings belongings, HostPrivilege privilege) {
        Ours plain = throughSocket(belongings, privilege);
        return new Ours(
                "ours, left by the run before",
                builder -> plain.options().apply(builder).reuse("bench-" + belongings.runId(), Reuse.FRESH));
    }

    @Override
    public NestedDocker start() {
        NestedDocker nested = options.apply(NestedDocker.builder()).start();
        try {
            nested.client().pingCmd().exec();
            return nested;
        } catch (RuntimeException e) {
            nested.close();
            throw e;
        }
    }
}
