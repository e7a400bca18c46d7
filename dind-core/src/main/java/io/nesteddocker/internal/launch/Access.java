package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.relay.Relay;
import java.util.Optional;

/**
 * How this program and others reach a daemon.
 *
 * @param link how the inner API is reached
 * @param keys the key and certificates for clients if the API listens with TLS, on a published port or not; otherwise empty
 * @param relay carries streams into the daemon container
 * @param onThisKernel whether the outer engine has proved to run on this machine's kernel, by sharing a folder of it
 */
public record Access(Link link, Optional<ClientKeys> keys, Relay relay, boolean onThisKernel) {}
