/** Makes the daemon image available on the outer engine, and transfers images between engines and archives. */
@NullMarked
package io.nesteddocker.internal.images;

import org.jspecify.annotations.NullMarked;
