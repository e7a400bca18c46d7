/** What the annotations of the testkit stand for. Not for use by others. */
@NullMarked
package io.nesteddocker.testkit.internal;

import org.jspecify.annotations.NullMarked;
