/** Small programs to read and run. */
@NullMarked
package io.nesteddocker.examples;

import org.jspecify.annotations.NullMarked;
