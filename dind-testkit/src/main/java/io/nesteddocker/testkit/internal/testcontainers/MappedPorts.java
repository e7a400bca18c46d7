package io.nesteddocker.testkit.internal.testcontainers;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Ports of this machine's loopback address that lead to the ports of an inner container. Thread-safe. */
final class MappedPorts {

    static final String ADDRESS = "127.0.0.1";

    private final NestedDocker docker;
    private final String containerId;
    private final Map<Integer, Integer> known = new HashMap<>();
    private final Map<Integer, Forward> forwards = new HashMap<>();
    private @Nullable SortedMap<Integer, InetSocketAddress> addresses;
    private boolean closed;

    MappedPorts(NestedDocker docker, String containerId) {
        this.docker = docker;
        this.containerId = containerId;
    }

    /** Returns the port of this machine that leads to a port of the container. */
    synchronized int of(int port) {
        Integer mapped = known.get(port);
        if (mapped == null) {
            mapped = map(port);
            known.put(port, mapped);
        }
        return mapped;
    }

    private int map(int port) {
        InetSocketAddress address = addressOf(port);
        if (closed) {
            throw new NestedDockerException(
                    "Tried to map port " + port + " of the container " + containerId
                            + " but that container is being removed; start another container.",
                    null);
        }
        try {
            Forward forward = Forward.listen(port, address, () -> freshAddressOf(port));
            forwards.put(port, forward);
            return forward.port();
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to map port " + port + " of the container " + containerId
                            + " to a port of this machine but that failed: " + e + "; free some ports.",
                    e);
        }
    }

    private synchronized InetSocketAddress freshAddressOf(int port) {
        addresses = null;
        return addressOf(port);
    }

    private InetSocketAddress addressOf(int port) {
        SortedMap<Integer, InetSocketAddress> all = addresses;
        if (all == null) {
            all = docker.addressOf(containerId);
            addresses = all;
        }
        InetSocketAddress address = all.get(port);
        return address == null ? docker.addressOf(containerId, port) : address;
    }

    synchronized void close() {
        closed = true;
        forwards.values().forEach(Forward::close);
    }
}
