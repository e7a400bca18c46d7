package io.nesteddocker;

/**
 * The way on which this program reaches what is inside a daemon container: the inner API, and ports of inner containers.
 *
 * @see NestedDockerBuilder#road(Road)
 */
public enum Road {

    /** Takes the direct road where there is one, and the tunnel elsewhere. This is the default. */
    AUTOMATIC,

    /**
     * Takes a socket in a shared folder to the API and routed addresses to ports, and refuses where there are none. The outer engine has
     * to run on this program's own kernel.
     */
    DIRECT,

    /**
     * Goes through a program in the daemon container ({@code docker exec}), which works wherever the outer engine itself is reached and
     * runs on amd64 or arm64. The first connection costs some tens of milliseconds to open, because the program starts with it.
     */
    TUNNEL
}
