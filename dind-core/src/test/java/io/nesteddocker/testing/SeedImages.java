package io.nesteddocker.testing;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.internal.tar.TarArchive;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * New images on the outer engine, of which there can be no seeds yet. Closing this object removes the images and their seeds.
 *
 * <p>Not thread-safe.
 */
public final class SeedImages implements AutoCloseable {

    /** A step that creates a layer with folders nested so deeply that a filler can't link it. */
    public static final String TOO_DEEP = "RUN mkdir -p /deep/$(printf 'd/%.0s' $(seq 320))";

    /**
     * Part of the message of an engine that lost the image of one build step before the next step. Engine 28.5 with the containerd image
     * store was seen to do this while two builds ran at once.
     */
    private static final String LOST_STEP = "unable to find image";

    private static final int MOST_ATTEMPTS = 3;

    private static final String LABEL_OF_IMAGES = "io.nesteddocker.seed.images";
    private static final String REPOSITORY = "nested-docker-test-seed";

    private final List<String> names = new ArrayList<>();

    /** Builds an image on top of the tiny image with steps of a Dockerfile, and returns its name. */
    public String build(String... steps) {
        return buildOn(TinyImage.NAME, steps);
    }

    /** Builds an image on top of the tiny image, with a file beside the Dockerfile, and returns its name. */
    public String buildWith(String file, byte[] content, String... steps) {
        return build(TinyImage.NAME, new TarArchive().file(file, 0644, content), steps);
    }

    /** Builds an image on top of another image, and returns its name. */
    public String buildOn(String base, String... steps) {
        return build(base, new TarArchive(), steps);
    }

    private String build(String base, TarArchive context, String... steps) {
        String name = newName();
        String dockerfile = "FROM " + base + "\nLABEL unique=" + name + "\n" + String.join("\n", steps) + "\n";
        names.add(name);
        byte[] archive = context.file("Dockerfile", 0644, dockerfile.getBytes(StandardCharsets.UTF_8))
                .toBytes();
        List<DockerClientException> lost = new ArrayList<>();
        while (true) {
            try {
                OuterTestEngine.client()
                        .buildImageCmd(new ByteArrayInputStream(archive))
                        .withTags(Set.of(name))
                        .withForcerm(true)
                        .exec(new BuildImageResultCallback())
                        .awaitImageId();
                return name;
            } catch (DockerClientException e) {
                if (!e.getMessage().contains(LOST_STEP) || lost.size() + 1 == MOST_ATTEMPTS) {
                    lost.forEach(e::addSuppressed);
                    throw e;
                }
                lost.add(e);
            }
        }
    }

    /** Creates an image of many layers, each with a file {@code /layer-N}. It loads an archive, because a build would take long. */
    public String ofLayers(int count) {
        String name = newName();
        TarArchive archive = new TarArchive();
        List<String> digests = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            byte[] content = (name + " " + i).getBytes(StandardCharsets.UTF_8);
            byte[] layer = new TarArchive().file("layer-" + i, 0644, content).toBytes();
            digests.add("\"sha256:" + sha256(layer) + "\"");
            files.add("\"" + i + ".tar\"");
            archive.file(i + ".tar", 0644, layer);
        }
        String platform = OuterTestEngine.client().versionCmd().exec().getArch();
        String config = "{\"architecture\":\"" + platform + "\",\"os\":\"linux\",\"config\":{},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", digests) + "]}}";
        String manifest = "[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":["
                + String.join(",", files) + "]}]";
        names.add(name);
        OuterTestEngine.client()
                .loadImageCmd(new ByteArrayInputStream(
                        archive.file("config.json", 0644, config.getBytes(StandardCharsets.UTF_8))
                                .file("manifest.json", 0644, manifest.getBytes(StandardCharsets.UTF_8))
                                .toBytes()))
                .exec();
        return name;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }

    private static String newName() {
        return REPOSITORY + ":" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 60), 36);
    }

    /** Adds an image that other code builds, so that it is removed, too. */
    public void adopt(String name) {
        names.add(name);
    }

    /** Gives one of these images another name. */
    public String tag(String name, String tag) {
        String further = name.substring(name.indexOf(':') + 1) + ":" + tag;
        OuterTestEngine.client()
                .tagImageCmd(name, further.substring(0, further.indexOf(':')), tag)
                .exec();
        names.add(further);
        return further;
    }

    /** Returns the ID of an image. */
    public String id(String name) {
        return OuterTestEngine.client().inspectImageCmd(name).exec().getId();
    }

    /** Returns the names of the seeds that contain an image. */
    public static List<String> seedsWith(String name) {
        var volumes = OuterTestEngine.client()
                .listVolumesCmd()
                .withFilter("label", List.of("io.nesteddocker=seed"))
                .exec()
                .getVolumes();
        return volumes == null
                ? List.of()
                : volumes.stream()
                        .filter(volume -> volume.getLabels()
                                .getOrDefault(LABEL_OF_IMAGES, "")
                                .contains(name))
                        .map(volume -> volume.getName())
                        .toList();
    }

    /** Returns a digest of all files in a seed: names, content, modes, owners and times. */
    public static String checksum(String seed) {
        return run(seed, "cd /seed && tar -cf - . | sha256sum && find . | wc -l");
    }

    /** Runs a shell script in a container that has the seed at {@code /seed}, and returns its output. */
    public static String run(String seed, String script) {
        Command.Outcome outcome = Command.run(
                "docker",
                "run",
                "--rm",
                "--network=none",
                "--volume=" + seed + ":/seed",
                "--entrypoint=sh",
                OuterTestEngine.daemonImage(),
                "-c",
                script);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(script + " ended with " + outcome);
        }
        return outcome.output();
    }

    /** Removes the images and their seeds. */
    @Override
    public void close() {
        for (String name : names) {
            seedsWith(name).forEach(SeedImages::removeSeed);
            remove(name);
        }
    }

    /** Removes an image if it exists. */
    public static void remove(String name) {
        try {
            OuterTestEngine.client().removeImageCmd(name).withForce(true).exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    private static void removeSeed(String volume) {
        Eventually.await(java.time.Duration.ofSeconds(10), "the seed " + volume + " can be removed", () -> {
            try {
                OuterTestEngine.removeVolume(volume);
            } catch (ConflictException e) {
                return false;
            }
            return true;
        });
    }
}
