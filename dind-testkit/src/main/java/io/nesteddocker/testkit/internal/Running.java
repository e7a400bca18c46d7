package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;

/**
 * A daemon that a test has.
 *
 * @param docker the daemon
 * @param letGo what to do when the test is over
 * @param secrets what a report must not show
 */
record Running(NestedDocker docker, Runnable letGo, Secrets secrets) {}
