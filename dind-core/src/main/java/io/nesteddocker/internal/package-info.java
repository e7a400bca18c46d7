/** Small tools, such as deadlines and sizes, that every room may use and that use no room. */
@NullMarked
package io.nesteddocker.internal;

import org.jspecify.annotations.NullMarked;
