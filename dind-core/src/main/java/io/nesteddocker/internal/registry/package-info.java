/** References of images, and the accounts that registries are used with. */
@NullMarked
package io.nesteddocker.internal.registry;

import org.jspecify.annotations.NullMarked;
