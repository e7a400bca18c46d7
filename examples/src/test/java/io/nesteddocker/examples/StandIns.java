package io.nesteddocker.examples;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Gives test images the names that a page uses, until this object is closed. It does not replace images that the engine has. */
final class StandIns implements AutoCloseable {

    static final String BUSYBOX = "busybox:1.36";

    /** The image with which Testcontainers 2.0.5 makes the ports of a Compose project reachable. */
    static final String SOCAT = "alpine/socat:1.7.4.3-r0";

    private static final String TINY = "nested-docker-test:tiny";

    /** A replacement for socat that supports only Testcontainers' command line: TCP-LISTEN:2000,fork,reuseaddr TCP:web-1:80. */
    private static final String SOCAT_BY_NC = """
            #!/bin/sh
            set -eu
            listen=${1#TCP-LISTEN:}
            target=${2#TCP:}
            exec nc -ll -p "${listen%%,*}" -e nc "${target%:*}" "${target##*:}"
            """;

    private final DockerClient outer = WithYourOwnClient.outerClient();
    private final List<String> made = new ArrayList<>();
    private final List<SoleUse> uses = new ArrayList<>();

    private StandIns() {}

    static StandIns withBusybox() throws IOException {
        return made(StandIns::makeBusybox);
    }

    static StandIns withBusyboxAndSocat(Path folder) throws IOException {
        return made(images -> {
            images.makeBusybox();
            images.makeSocat(folder);
        });
    }

    /** Creates the images. If that fails, it releases the names, because other JVMs would wait for them. */
    private static StandIns made(Making making) throws IOException {
        StandIns images = new StandIns();
        try {
            making.make(images);
            return images;
        } catch (IOException | RuntimeException e) {
            images.close();
            throw e;
        }
    }

    private interface Making {
        void make(StandIns images) throws IOException;
    }

    private void makeBusybox() throws IOException {
        uses.add(SoleUse.of(BUSYBOX));
        if (!has(BUSYBOX) && has(TINY)) {
            outer.tagImageCmd(TINY, "busybox", "1.36").exec();
            made.add(BUSYBOX);
        }
    }

    private void makeSocat(Path folder) throws IOException {
        uses.add(SoleUse.of(SOCAT));
        if (!has(SOCAT)) {
            assumeThat(has(TINY)).as("whether there is the image %s", TINY).isTrue();
            Path context = Files.createDirectory(folder.resolve("socat"));
            Files.writeString(context.resolve("Dockerfile"), "FROM " + TINY + "\nCOPY socat /bin/socat\n");
            Files.writeString(context.resolve("socat"), SOCAT_BY_NC);
            context.resolve("socat").toFile().setExecutable(true);
            outer.buildImageCmd(context.toFile())
                    .withTags(Set.of(SOCAT))
                    .start()
                    .awaitImageId();
            made.add(SOCAT);
        }
    }

    private boolean has(String image) {
        try {
            outer.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (outer) {
            made.forEach(image -> outer.removeImageCmd(image).exec());
        } finally {
            for (SoleUse use : uses) {
                use.close();
            }
        }
    }
}
