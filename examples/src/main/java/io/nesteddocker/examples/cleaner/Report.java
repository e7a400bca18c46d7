package io.nesteddocker.examples.cleaner;

import java.util.List;

/**
 * The containers and images that were removed or, for a dry run, would be removed.
 *
 * @param containers names of containers
 * @param images names of images, or the ID of an image without a name
 */
public record Report(List<String> containers, List<String> images) {}
