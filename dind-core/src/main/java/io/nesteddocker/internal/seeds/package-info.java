/** Seeds: read-only volumes with image layers, to which new daemons are linked. */
@org.jspecify.annotations.NullMarked
package io.nesteddocker.internal.seeds;
