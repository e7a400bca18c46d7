package io.nesteddocker.internal.launch;

/**
 * A daemon container that runs; its inner engine may still be starting.
 *
 * @param container the container
 * @param access how the inner API will be reached
 * @param keepContainer leaves the container out of what is undone
 * @param remove undoes the container and all that belongs to it, for another attempt
 */
record StartedContainer(DaemonContainer container, Access access, Runnable keepContainer, Runnable remove) {}
