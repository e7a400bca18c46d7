package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.Ipv4Network;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.OuterFacts.ContainerSupport;
import io.nesteddocker.internal.OuterFacts.Kind;
import io.nesteddocker.internal.OuterFacts.Nesting;
import io.nesteddocker.internal.OuterFacts.SharedFiles;
import io.nesteddocker.internal.OuterPorts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The facts about an imaginary outer engine that affect plans. */
final class Facts {

    private String address = "127.0.0.1";
    private String apiVersion = "1.45";
    private int depth;
    private boolean remapped;
    private Kind kind = Kind.DOCKER;
    private List<Ipv4Network> taken = List.of(Ipv4Network.parse("172.17.0.0/16"));

    private Facts() {}

    /** Returns the facts of a Linux engine on this machine. */
    static Facts local() {
        return new Facts();
    }

    /** Returns the facts of an engine on another machine. */
    static Facts remote(String address) {
        Facts facts = new Facts();
        facts.address = address;
        return facts;
    }

    Facts speaking(String version) {
        apiVersion = version;
        return this;
    }

    Facts atDepth(int levels) {
        depth = levels;
        return this;
    }

    Facts withRemappedUsers() {
        remapped = true;
        return this;
    }

    Facts of(Kind engine) {
        kind = engine;
        return this;
    }

    Facts using(String... networks) {
        taken = List.of(networks).stream().map(Ipv4Network::parse).toList();
        return this;
    }

    OuterFacts facts() {
        boolean local = address.equals("127.0.0.1");
        return new OuterFacts(
                "ID",
                apiVersion,
                "amd64",
                new ContainerSupport(Set.of("runc"), remapped, kind),
                new Nesting(depth, taken),
                new SharedFiles(local, Optional.empty(), List.of()),
                OuterPorts.of(address));
    }
}
