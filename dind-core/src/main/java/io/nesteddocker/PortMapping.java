package io.nesteddocker;

/**
 * Which ports of this machine lead to the ports that inner containers publish.
 *
 * @see NestedDockerBuilder#publishPorts(PortMapping)
 */
public enum PortMapping {

    /** No port of this machine does. This is the default. */
    NONE,

    /**
     * The port with the same number: a container that was started with {@code -p 8080:80} answers at port 8080 of this machine. If another
     * program has that port, a warning is logged, and the container is not reached there.
     */
    SAME,

    /** A free port, which {@link NestedDocker#publishedPort(String, int)} returns. */
    RANDOM
}
