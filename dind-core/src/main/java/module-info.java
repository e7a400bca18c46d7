/**
 * A private Docker daemon for a Java program, inside the Docker engine that it already has.
 *
 * <p>Most programs need {@link io.nesteddocker} only.
 */
module io.nesteddocker {
    requires transitive com.github.dockerjava.api;
    requires transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.github.dockerjava.core;
    requires com.github.dockerjava.transport;
    requires com.github.dockerjava.transport.zerodep;
    requires org.apache.commons.compress;
    requires org.slf4j;

    // How much memory the machine has.
    requires java.management;
    requires jdk.management;

    // The signal by which a terminal tells of its new size has no other home.
    requires jdk.unsupported;

    // docker-java's own needs. Its jars are automatic modules and can't say so; without these lines a program on the
    // module path ends with NoClassDefFoundError.
    requires com.google.common;
    requires java.security.jgss;
    requires org.apache.commons.io;
    requires org.apache.commons.lang3;

    exports io.nesteddocker;
    exports io.nesteddocker.pool;
}
