/** Benchmarks that compare the library with today's alternatives in the same run, and print ratios. */
@NullMarked
package io.nesteddocker.benchmarks;

import org.jspecify.annotations.NullMarked;
