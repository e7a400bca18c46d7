package io.nesteddocker.internal.outer;

import java.util.List;
import java.util.Map;

/**
 * A short-lived container without a network that does one chore as root, and goes when it has ended.
 *
 * @param name its name, or the empty string for any
 * @param image the image that it is made from
 * @param command the program and its arguments
 * @param labels its labels
 * @param binds folders of the outer host by the paths that it has them at, writable
 * @param volumes the outer engine's volumes by the paths that it has them at, writable
 * @param hostUsers whether to leave the outer engine's user namespace
 */
public record HelperPlan(
        String name,
        String image,
        List<String> command,
        Map<String, String> labels,
        Map<String, String> binds,
        Map<String, String> volumes,
        boolean hostUsers) {}
