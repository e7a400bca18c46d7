package io.nesteddocker.benchmarks;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import java.util.function.UnaryOperator;

/**
 * A nested daemon of this library, until the first answer to its inner client.
 *
 * @param name the name in the tables
 * @param options sets the options on the builder
 */
record NestedContender(String name, UnaryOperator<NestedDockerBuilder> options) implements Contender {

    /** Returns a contender with the private Unix socket, which is the default. */
    static NestedContender throughSocket(RunResources run, GrantedPrivilege privilege) {
        return new NestedContender(
                "ours, Unix socket",
                builder -> builder.privilege(privilege.granted()).label(RunResources.LABEL, run.runId()));
    }

    /** Returns a contender with a TLS port whose number the outer engine chooses. */
    static NestedContender throughTls(RunResources run, GrantedPrivilege privilege) {
        NestedContender plain = throughSocket(run, privilege);
        return new NestedContender(
                "ours, TLS port", builder -> plain.options().apply(builder).port(0));
    }

    /** Returns a contender that uses a fresh daemon which its previous start has left; the first start finds none. */
    static NestedContender leftByTheRunBefore(RunResources run, GrantedPrivilege privilege) {
        NestedContender plain = throughSocket(run, privilege);
        return new NestedContender(
                "ours, left by the run before",
                builder -> plain.options().apply(builder).reuse("bench-" + run.runId(), Reuse.FRESH));
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
