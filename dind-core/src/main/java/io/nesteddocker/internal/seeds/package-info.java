/** Seeds: read-only volumes with image layers, to which new daemons are linked. */
@NullMarked
package io.nesteddocker.internal.seeds;

import org.jspecify.annotations.NullMarked;
