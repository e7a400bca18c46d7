/**
 * A private Docker daemon for a Java program, inside the Docker engine that the program already has.
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

    // For the size of the machine's memory.
    requires java.management;
    requires jdk.management;

    // Only this module has the signal that a program gets when its terminal changes its size.
    requires jdk.unsupported;

    // docker-java needs these. Its jars are automatic modules and can't declare that; without these lines a program on
    // the module path ends with NoClassDefFoundError.
    requires com.google.common;
    requires java.security.jgss;
    requires org.apache.commons.io;
    requires org.apache.commons.lang3;

    exports io.nesteddocker;
    exports io.nesteddocker.pool;
}
