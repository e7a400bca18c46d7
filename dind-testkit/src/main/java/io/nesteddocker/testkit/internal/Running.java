package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;

/**
 * A running daemon that a test uses.
 *
 * @param docker the daemon
 * @param letGo releases the daemon when the test is over
 * @param secrets masks the secrets in a report
 */
record Running(NestedDocker docker, Runnable letGo, Secrets secrets) {}
