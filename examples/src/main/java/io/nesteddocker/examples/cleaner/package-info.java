/** A small tool that drives Docker: it removes what has been of no use for long. Its tests show the testkit. */
@NullMarked
package io.nesteddocker.examples.cleaner;

import org.jspecify.annotations.NullMarked;
