package io.nesteddocker.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The loopback addresses, which no look-up of names can change. */
public final class Loopback {

    private static final InetAddress IPV4 = address("localhost", new byte[] {127, 0, 0, 1});
    private static final InetAddress IPV6 = address(null, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private Loopback() {}

    /** Returns {@code 127.0.0.1}, with the name {@code localhost}. */
    public static InetAddress ipv4() {
        return IPV4;
    }

    /** Returns {@code ::1}, without a name. */
    public static InetAddress ipv6() {
        return IPV6;
    }

    private static InetAddress address(@Nullable String name, byte[] bytes) {
        try {
            return InetAddress.getByAddress(name, bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
