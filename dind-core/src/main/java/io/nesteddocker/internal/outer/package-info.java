/** The outer engine: how it is found, facts about it, its containers with their files, images and volumes. */
@NullMarked
package io.nesteddocker.internal.outer;

import org.jspecify.annotations.NullMarked;
