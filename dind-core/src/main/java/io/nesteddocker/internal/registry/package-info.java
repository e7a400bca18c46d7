/** Image references, and credentials for registries. */
@NullMarked
package io.nesteddocker.internal.registry;

import org.jspecify.annotations.NullMarked;
