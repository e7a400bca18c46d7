package io.nesteddocker.examples;

import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies an image into a daemon and out again, and shows the progress. */
public final class ProgressBars {

    private static final int WIDTH = 30;

    private ProgressBars() {}

    /**
     * Runs the example.
     *
     * @param args the name of an image, or nothing for the usual image of the examples
     */
    public static void main(String[] args) throws Exception {
        String image = args.length > 0 ? args[0] : ExampleImage.name();
        Path file = Files.createTempDirectory("progress-bars").resolve("image.tar");
        try {
            run(image, file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(file.getParent());
        }
    }

    private static void run(String image, Path file) throws IOException {
        // tag::main[]
        try (NestedDocker docker =
                NestedDocker.builder().progress(ProgressBars::show).start()) {
            docker.load(image); // from your engine, which first pulls the image if it is missing
            docker.load(image); // sends nothing, because the daemon has the image
            docker.save(image, file); // into a file, as docker save does
            docker.load(ImageSource.archive(file));
            docker.copyToOuter(image); // back into your engine: only the layers that are missing there
        }
        // end::main[]
    }

    // tag::show[]
    private static void show(Progress progress) {
        String bar = "";
        if (progress.totalBytes() > 0) {
            int filled = (int) (WIDTH * progress.doneBytes() / progress.totalBytes());
            bar = "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] ";
        }
        String layers =
                progress.totalLayers() == 0 ? "" : ", layer " + progress.doneLayers() + " of " + progress.totalLayers();
        System.out.printf(
                "\r%s%s: %s, %.1f MB%s",
                bar, progress.subject(), progress.status(), progress.doneBytes() / 1e6, layers);
        if (progress.status().matches("loaded|saved|already there")) {
            System.out.println();
        }
    }
    // end::show[]
}
