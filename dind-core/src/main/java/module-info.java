/**
 * A private Docker daemon for a Java program, inside the Docker engine that it already has.
 *
 * <p>Most programs need {@link io.nesteddocker} only.
 */
module io.nesteddocker {
    requires transitive com.github.dockerjava.api;
    requires transitive org.jspecify;
    requires com.github.dockerjava.core;
    requires com.github.dockerjava.transport;
    requires com.github.dockerjava.transport.zerodep;
    requires com.fasterxml.jackson.databind;
    requires org.apache.commons.compress;
    requires org.slf4j;

    exports io.nesteddocker;
}
