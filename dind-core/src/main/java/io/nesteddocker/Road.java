package io.nesteddocker;

/**
 * The way in which this program reaches what is inside a daemon container: the inner API, and the ports of inner containers.
 *
 * @see NestedDockerBuilder#road(Road)
 */
public enum Road {

    /** Takes the direct road if there is one, and the tunnel otherwise. This is the default. */
    AUTOMATIC,

    /**
     * Reaches the API by a socket in a shared folder, and ports by routed addresses; if there are none, the call fails. The outer engine
     * must run on this program's own kernel.
     */
    DIRECT,

    /**
     * Reaches both through a program in the daemon container ({@code docker exec}). This works wherever this program reaches the outer
     * engine, if that engine runs on amd64 or arm64. The first connection takes some tens of milliseconds to open, because it starts the
     * program.
     */
    TUNNEL
}
