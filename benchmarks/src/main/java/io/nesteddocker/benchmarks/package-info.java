/** Benchmarks that compare with what people use today, in one run and as ratios. */
@NullMarked
package io.nesteddocker.benchmarks;

import org.jspecify.annotations.NullMarked;
