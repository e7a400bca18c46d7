package io.nesteddocker.docs;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.IOException;

/** Gives a test image the name of an image that a page uses, until this object is closed. Does nothing if the engine has the image. */
final class StandIn implements AutoCloseable {

    private final DockerClient engine;
    private final String name;
    private final boolean needed;
    private final SoleUse use;

    private StandIn(DockerClient engine, String name, boolean needed, SoleUse use) {
        this.engine = engine;
        this.name = name;
        this.needed = needed;
        this.use = use;
    }

    static StandIn of(String testImage, String name, DockerClient engine) throws IOException {
        SoleUse use = SoleUse.of(name);
        try {
            boolean needed = !has(engine, name) && has(engine, testImage);
            if (needed) {
                String[] parts = name.split(":");
                engine.tagImageCmd(testImage, parts[0], parts[1]).exec();
            }
            return new StandIn(engine, name, needed, use);
        } catch (RuntimeException e) {
            // Otherwise, the next test of this JVM could not have the name.
            use.close();
            throw e;
        }
    }

    private static boolean has(DockerClient engine, String image) {
        try {
            engine.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (use) {
            if (needed) {
                engine.removeImageCmd(name).exec();
            }
        }
    }
}
