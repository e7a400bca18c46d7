/** The outer engine: how it is found, facts about it, and its containers, images and volumes. */
@NullMarked
package io.nesteddocker.internal.outer;

import org.jspecify.annotations.NullMarked;
