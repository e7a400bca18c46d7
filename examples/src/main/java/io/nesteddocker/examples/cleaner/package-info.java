/** A small tool that uses Docker: it removes containers and images that are no longer needed. Its tests show the use of the testkit. */
@NullMarked
package io.nesteddocker.examples.cleaner;

import org.jspecify.annotations.NullMarked;
