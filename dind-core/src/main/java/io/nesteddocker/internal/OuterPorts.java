package io.nesteddocker.internal;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The addresses at which the outer engine publishes ports and this program reaches them.
 *
 * @param boundTo the address of the outer host at which ports are published
 * @param reachedAt the name or address at which this program reaches such a port; empty if it can't
 */
public record OuterPorts(String boundTo, String reachedAt) {

    /** The loopback address, which only programs on the same machine can reach. */
    public static final String LOOPBACK_ADDRESS = "127.0.0.1";

    private static final String ALL_ADDRESSES = "0.0.0.0";

    /** The ports of an engine whose loopback address is also this program's. */
    public static final OuterPorts LOOPBACK = new OuterPorts(LOOPBACK_ADDRESS, LOOPBACK_ADDRESS);

    /** The ports of an engine that this program can't reach. */
    public static final OuterPorts UNREACHABLE = new OuterPorts(LOOPBACK_ADDRESS, "");

    /**
     * Returns the ports of an engine that is reached by TCP. If the engine is on another machine, this program can't use its loopback
     * address.
     */
    public static OuterPorts of(String host) {
        return host.equals(LOOPBACK_ADDRESS) ? LOOPBACK : new OuterPorts(ALL_ADDRESSES, host);
    }

    /** Returns the ports of an engine that runs this program in one of its containers. */
    public static OuterPorts throughGateway(String gateway) {
        return new OuterPorts(gateway, gateway);
    }

    /** Returns whether the engine is on another machine. */
    public boolean isRemote() {
        return boundTo.equals(ALL_ADDRESSES);
    }

    /** Returns whether the ports are on this program's own loopback address. */
    public boolean isLoopback() {
        return equals(LOOPBACK);
    }

    /**
     * Returns the address at which this program reaches a port.
     *
     * @param published the unresolved address of the outer host at which the port was published
     * @return the address, unresolved; empty if the port can't be reached
     */
    public Optional<InetSocketAddress> addressOf(InetSocketAddress published) {
        String host = published.getHostString();
        boolean everywhere = host.isEmpty() || host.equals(ALL_ADDRESSES) || host.equals("::");
        // If the outer host's loopback address can be reached, so can all its other addresses.
        boolean reached = !reachedAt.isEmpty() && (everywhere || host.equals(reachedAt) || isLoopback());
        return reached
                ? Optional.of(InetSocketAddress.createUnresolved(everywhere ? reachedAt : host, published.getPort()))
                : Optional.empty();
    }
}
