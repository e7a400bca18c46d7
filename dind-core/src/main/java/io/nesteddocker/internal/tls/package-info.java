/** Certificates, keys and TLS contexts: those made for a daemon, and those that users have. */
@NullMarked
package io.nesteddocker.internal.tls;

import org.jspecify.annotations.NullMarked;
