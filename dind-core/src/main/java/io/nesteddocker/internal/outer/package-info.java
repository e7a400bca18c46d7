/** The outer engine: how it is found, facts about it, its images, volumes and networks, and its containers with their files. */
@NullMarked
package io.nesteddocker.internal.outer;

import org.jspecify.annotations.NullMarked;
