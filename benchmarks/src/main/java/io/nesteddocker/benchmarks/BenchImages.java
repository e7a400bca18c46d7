package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images of several sizes, built on the outer engine on top of the tiny image, and kept there until {@code ./dev clean}. */
final class BenchImages {

    private static final String REPOSITORY = "nested-docker-test:bench-";

    /** The version of these images, in a label, so that an image of the current version is not built again. */
    private static final String VERSION = "1";

    private static final String VERSION_LABEL = "io.nesteddocker.image.sources";
    private static final int MANY_LAYERS = 45;

    /** Two layers of about 4 MB together. */
    static final BenchImage SMALL = new BenchImage("4 MB", REPOSITORY + "4mb", List.of(files(20, 100)));

    /** Three layers. */
    static final BenchImage MIDDLE =
            new BenchImage("250 MB", REPOSITORY + "250mb", List.of(files(1_200, 100), files(1_300, 100)));

    /** Three layers of many files. */
    static final BenchImage LARGE =
            new BenchImage("800 MB", REPOSITORY + "800mb", List.of(files(4_000, 100), files(4_000, 100)));

    /** Many layers with a small file each. */
    static final BenchImage LAYERED = new BenchImage(
            MANY_LAYERS + 1 + " layers",
            REPOSITORY + "layers",
            IntStream.rangeClosed(1, MANY_LAYERS)
                    .mapToObj(number -> "echo " + number + " >/layer-" + number)
                    .toList());

    private BenchImages() {}

    /**
     * One image.
     *
     * @param name the name of the image in the tables
     * @param reference the name of the image on the engines
     * @param steps the commands that create the layers
     */
    record BenchImage(String name, String reference, List<String> steps) {

        /** Returns an image that has one small layer more. */
        BenchImage withOneLayerMore() {
            return new BenchImage(name + " and a layer", reference + "-more", List.of("echo more >/more"));
        }
    }

    /** Builds an image if the outer engine lacks it or has another version of it. */
    static void ensure(OuterEngine outer, BenchImage image, String base) throws IOException {
        if (outer.hasImage(image.reference())
                && VERSION.equals(outer.labelsOf(image.reference()).get(VERSION_LABEL))) {
            return;
        }
        Progress.say("making the image " + image.reference());
        StringBuilder dockerfile = new StringBuilder("FROM " + base + "\n");
        image.steps().forEach(step -> dockerfile.append("RUN ").append(step).append('\n'));
        outer.client()
                .buildImageCmd(new ByteArrayInputStream(context(dockerfile.toString())))
                .withTags(Set.of(image.reference()))
                .withLabels(Map.of("io.nesteddocker.image", "benchmark", VERSION_LABEL, VERSION))
                .withForcerm(true)
                .exec(new BuildImageResultCallback())
                .awaitImageId();
    }

    /** Returns a command that creates random files, which can't be compressed. */
    private static String files(int number, int kilobytes) {
        return "d=$(mktemp -d /data-XXXXXX) && for i in $(seq " + number + "); do" + " head -c " + kilobytes
                + "k /dev/urandom >$d/$i; done";
    }

    private static byte[] context(String dockerfile) throws IOException {
        byte[] content = dockerfile.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("Dockerfile");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
