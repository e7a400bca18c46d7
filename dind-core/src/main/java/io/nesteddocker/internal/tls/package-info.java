/** Certificates, keys and TLS contexts: those that a daemon gets, and those that users have. */
@NullMarked
package io.nesteddocker.internal.tls;

import org.jspecify.annotations.NullMarked;
