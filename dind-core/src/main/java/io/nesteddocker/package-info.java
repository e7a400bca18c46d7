/** A private Docker daemon for this program, in a container of the Docker engine that the program already has. */
@NullMarked
package io.nesteddocker;

import org.jspecify.annotations.NullMarked;
