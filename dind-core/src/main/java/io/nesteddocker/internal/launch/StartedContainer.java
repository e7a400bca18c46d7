package io.nesteddocker.internal.launch;

import io.nesteddocker.Privilege;
import io.nesteddocker.internal.link.Link;
import io.nesteddocker.internal.relay.Relay;
import java.util.Optional;

/**
 * A daemon container that runs; its inner engine may still be on its way.
 *
 * @param id the container's identity
 * @param link how the inner API will be reached
 * @param relay carries streams into the container
 * @param log what the container writes
 * @param isHere whether the outer engine has proved to run on this machine's kernel, by sharing a folder of it
 * @param granted the privilege that the container has
 * @param keepContainer leaves the container out of what is undone
 * @param keys what a TLS port's clients need
 * @param remove undoes the container and all that belongs to it, for another attempt
 */
record StartedContainer(
        String id,
        Link link,
        Relay relay,
        DaemonLog log,
        boolean isHere,
        Privilege granted,
        Runnable keepContainer,
        Optional<ClientKeys> keys,
        Runnable remove) {}
