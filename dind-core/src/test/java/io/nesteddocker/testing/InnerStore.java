package io.nesteddocker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.outer.OuterStorage;

/** The image stores that an inner engine can have, for tests that must hold on each. */
public enum InnerStore {
    /** The classic store of the image that is the default in this run. */
    OVERLAY2 {
        @Override
        public NestedDockerBuilder daemon() {
            return NestedDocker.builder().storageDriver(StorageDriver.OVERLAY2);
        }
    },
    /** The default store of the official image, in the one that stands in for it. */
    CONTAINERD {
        @Override
        public NestedDockerBuilder daemon() {
            return NestedDocker.builder().image(OFFICIAL_IMAGE);
        }
    };

    /** Stands in for {@code docker:29-dind}; {@code ./dev test} makes it. */
    public static final String OFFICIAL_IMAGE = "nested-docker-test:official";

    /** A daemon with this store. */
    public abstract NestedDockerBuilder daemon();

    /**
     * The identity that an image of the outer engine is expected to have inside: its own where both have the classic store. Elsewhere it is
     * the one that the daemon has for that name, after a look that this is the same image.
     */
    public static String idInside(NestedDocker docker, String image) {
        DockerClient outer = OuterTestEngine.client();
        if (isClassic(outer) && isClassic(docker.client())) {
            return outer.inspectImageCmd(image).exec().getId();
        }
        assertThat(LayeredImage.content(docker.client(), image)).isEqualTo(LayeredImage.content(outer, image));
        return docker.client().inspectImageCmd(image).exec().getId();
    }

    /** Whether the outer engine's layers can be linked into a seed for this store. */
    public boolean isLinked() {
        return this == CONTAINERD || isClassic(OuterTestEngine.client());
    }

    /** Whether an engine has the classic store, where an image's identity is the digest of its configuration. */
    public static boolean isClassic(DockerClient engine) {
        return !OuterStorage.of(engine.infoCmd().exec()).hasContainerdStore();
    }
}
