package io.nesteddocker;

/**
 * How this program reaches what is inside a daemon container: the inner API, and the ports of inner containers.
 *
 * @see NestedDockerBuilder#connection(ConnectionMode)
 * @see EngineInfo#connection()
 */
public enum ConnectionMode {

    /** The library takes {@link #DIRECT} if that is possible, and {@link #TUNNEL} otherwise. This is the default. */
    AUTOMATIC,

    /**
     * A direct connection. The API is reached at the port on which it is published, or by a socket in a private folder that the program and
     * the daemon container share; ports of inner containers are reached at routed addresses. The socket and the routes need an outer engine
     * that runs on this program's own kernel. If the API has neither a socket nor a published port, {@link NestedDockerBuilder#start()}
     * fails; if there is no route to a port, {@link NestedDocker#addressOf(String, int)} fails.
     */
    DIRECT,

    /**
     * A helper program in the daemon container carries the connection ({@code docker exec}). This works with every outer engine that this
     * program can reach, if that engine runs on amd64 or arm64. The first connection takes some tens of milliseconds to open, because it
     * starts the helper program.
     */
    TUNNEL
}
