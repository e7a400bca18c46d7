/** The options of a daemon as the builder collects them: immutable, each value checked when it is set, and their clashes. */
@NullMarked
package io.nesteddocker.internal.options;

import org.jspecify.annotations.NullMarked;
