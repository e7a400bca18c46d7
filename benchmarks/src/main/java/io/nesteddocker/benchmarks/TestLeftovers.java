package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The leftovers of an untidy test: 10 containers, half of them running, 3 networks, 3 volumes, 2 built images. */
final class TestLeftovers {

    private static final int BLOCK = 512;

    private TestLeftovers() {}

    /** Creates the leftovers in an engine that has the tiny image. */
    static void make(DockerClient inner) {
        for (int i = 0; i < 10; i++) {
            String id = inner.createContainerCmd(OuterEngine.TINY_IMAGE)
                    .withCmd("sleep", "1000")
                    .exec()
                    .getId();
            if (i % 2 == 0) {
                inner.startContainerCmd(id).exec();
            }
        }
        for (int i = 0; i < 3; i++) {
            inner.createNetworkCmd().withName("network-" + i).exec();
            inner.createVolumeCmd().withName("volume-" + i).exec();
        }
        for (int i = 0; i < 2; i++) {
            inner.buildImageCmd(new ByteArrayInputStream(
                            context("FROM " + OuterEngine.TINY_IMAGE + "\nRUN echo " + i + " >/built\n")))
                    .withTags(Set.of("built:" + i))
                    .exec(new BuildImageResultCallback())
                    .awaitImageId();
        }
    }

    /** Builds a tar archive of one short Dockerfile: a header, a block of content, and two blocks that mark the end. */
    private static byte[] context(String dockerfile) {
        byte[] content = dockerfile.getBytes(StandardCharsets.US_ASCII);
        byte[] tar = new byte[4 * BLOCK];
        put(tar, 0, "Dockerfile");
        put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(content.length) + "00000000000\0");
        put(tar, 148, "        ");
        put(tar, 156, "0");
        put(tar, 257, "ustar\00000");
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += tar[i];
        }
        put(tar, 148, "%06o\0 ".formatted(sum));
        System.arraycopy(content, 0, tar, BLOCK, content.length);
        return tar;
    }

    private static void put(byte[] tar, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, tar, offset, bytes.length);
    }
}
