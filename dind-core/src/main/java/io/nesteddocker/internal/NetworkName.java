package io.nesteddocker.internal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The name that a daemon container has on outer networks and in the certificate of its API. */
public final class NetworkName {

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    /** The pattern of usable names. If the last part of a name begins with a digit, clients take the name for an address or reject it. */
    private static final Pattern CLEAN = Pattern.compile("(" + LABEL + "\\.)*(?=[a-z])" + LABEL);

    private static final Pattern LOOPBACK = Pattern.compile("(.*\\.)?localhost");

    private static final int LONGEST = 253;
    private static final int DIGEST_BYTES = 8;

    private NetworkName() {}

    /**
     * Returns the container's own name if each client can use it in an address and find it in a certificate, otherwise a name that is
     * derived from it. Engines accept container names that not every client accepts as a host name, for example with capitals or
     * underscores.
     */
    public static String of(String containerName) {
        boolean usable = containerName.length() <= LONGEST
                && CLEAN.matcher(containerName).matches()
                && !LOOPBACK.matcher(containerName).matches();
        return usable ? containerName : "nested-docker-" + digest(containerName);
    }

    private static String digest(String text) {
        byte[] digest = Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    }
}
