package io.nesteddocker.examples.cleaner;

import java.util.List;

/**
 * What went, or would go.
 *
 * @param containers names of containers
 * @param images names of images, or identities of those without one
 */
public record Report(List<String> containers, List<String> images) {}
