/** Makes images available: the daemon image on the outer engine. */
@NullMarked
package io.nesteddocker.internal.images;

import org.jspecify.annotations.NullMarked;
