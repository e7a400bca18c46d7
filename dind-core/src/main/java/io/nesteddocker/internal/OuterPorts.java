package io.nesteddocker.internal;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the ports that the outer engine publishes can be opened and reached.
 *
 * @param boundTo the address of the outer host to publish a port on
 * @param reachedAt the name or address at which this program reaches such a port; empty if it reaches none
 */
public record OuterPorts(String boundTo, String reachedAt) {

    /** The address of this machine that only programs on this machine reach. */
    public static final String LOOPBACK_ADDRESS = "127.0.0.1";

    private static final String ALL_ADDRESSES = "0.0.0.0";

    /** An engine whose loopback address is this program's, too. */
    public static final OuterPorts LOOPBACK = new OuterPorts(LOOPBACK_ADDRESS, LOOPBACK_ADDRESS);

    /** An engine whose ports this program does not reach. */
    public static final OuterPorts UNREACHABLE = new OuterPorts(LOOPBACK_ADDRESS, "");

    /** An engine that is reached by TCP; on another machine its loopback address is of no use to this program. */
    public static OuterPorts of(String host) {
        return host.equals(LOOPBACK_ADDRESS) ? LOOPBACK : new OuterPorts(ALL_ADDRESSES, host);
    }

    /** An engine in one of whose containers this program runs. */
    public static OuterPorts throughGateway(String gateway) {
        return new OuterPorts(gateway, gateway);
    }

    /** Whether the engine is on another machine. */
    public boolean isRemote() {
        return boundTo.equals(ALL_ADDRESSES);
    }

    /** Whether the ports are on this program's own loopback address. */
    public boolean isLoopback() {
        return equals(LOOPBACK);
    }

    /**
     * The address at which this program reaches a port.
     *
     * @param published the port and the address of the outer host that it was published on, unresolved
     * @return the address, unresolved; empty if the port can't be reached
     */
    public Optional<InetSocketAddress> addressOf(InetSocketAddress published) {
        String host = published.getHostString();
        boolean everywhere = host.isEmpty() || host.equals(ALL_ADDRESSES) || host.equals("::");
        // Every address of the outer host is at hand where its loopback address is.
        boolean reached = !reachedAt.isEmpty() && (everywhere || host.equals(reachedAt) || isLoopback());
        return reached
                ? Optional.of(InetSocketAddress.createUnresolved(everywhere ? reachedAt : host, published.getPort()))
                : Optional.empty();
    }
}
