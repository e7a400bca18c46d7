/** HTTP/1.1 to an engine over any stream, as a transport of docker-java: sockets, TLS, ssh and tunnels. */
@NullMarked
package io.nesteddocker.internal.http;

import org.jspecify.annotations.NullMarked;
