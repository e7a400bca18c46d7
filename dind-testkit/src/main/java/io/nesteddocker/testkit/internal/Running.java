package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;

/**
 * A running daemon that a test uses.
 *
 * @param docker the daemon
 * @param letGo releases the daemon when the test is over
 * @param spec the options of the daemon, which mask the secrets in a report
 */
record Running(NestedDocker docker, Runnable letGo, NestedDockerSpec spec) {}
