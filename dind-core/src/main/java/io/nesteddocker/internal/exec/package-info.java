/** Commands in containers whose streams this program holds. */
@NullMarked
package io.nesteddocker.internal.exec;

import org.jspecify.annotations.NullMarked;
