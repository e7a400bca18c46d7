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
     * A direct connection: to the API by a socket in a shared folder or by its published port, and to ports of inner containers by routed
     * addresses. The socket and the routes need an outer engine that runs on this program's own kernel; if they are not possible, the call
     * fails.
     */
    DIRECT,

    /**
     * A program in the daemon container carries the connection ({@code docker exec}). This works wherever this program reaches the outer
     * engine, if that engine runs on amd64 or arm64. The first connection takes some tens of milliseconds to open, because it starts the
     * program.
     */
    TUNNEL
}
