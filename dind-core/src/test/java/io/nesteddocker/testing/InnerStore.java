package io.nesteddocker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.outer.OuterStorage;

/** The image stores of inner engines, for tests that must pass with each of them. */
public enum InnerStore {
    /** The classic store, in the daemon image that is the default in this run. */
    OVERLAY2 {
        @Override
        public NestedDockerBuilder daemon() {
            return NestedDocker.builder().storageDriver(StorageDriver.OVERLAY2);
        }
    },
    /** The containerd store, which is the default of the official image, in the stand-in for that image. */
    CONTAINERD {
        @Override
        public NestedDockerBuilder daemon() {
            return NestedDocker.builder().image(OFFICIAL_IMAGE);
        }
    };

    /** The stand-in for {@code docker:29-dind}; {@code ./dev test} builds it. */
    public static final String OFFICIAL_IMAGE = "nested-docker-test:official";

    /** Returns a builder for a daemon with this store. */
    public abstract NestedDockerBuilder daemon();

    /**
     * Returns the expected ID of an image of the outer engine inside. If both engines have the classic store, this is the ID on the outer
     * engine. Otherwise it is the ID of the inner image with that name, which is first checked to be the same image.
     */
    public static String idInside(NestedDocker docker, String image) {
        DockerClient outer = OuterTestEngine.client();
        if (isClassic(outer) && isClassic(docker.client())) {
            return outer.inspectImageCmd(image).exec().getId();
        }
        assertThat(LayeredImage.content(docker.client(), image)).isEqualTo(LayeredImage.content(outer, image));
        return docker.client().inspectImageCmd(image).exec().getId();
    }

    /** Returns whether the outer engine's layers can be linked into a seed for this store. */
    public boolean isLinked() {
        return this == CONTAINERD || isClassic(OuterTestEngine.client());
    }

    /** Returns whether an engine has the classic store, where the ID of an image is the digest of its configuration. */
    public static boolean isClassic(DockerClient engine) {
        return !OuterStorage.of(engine.infoCmd().exec()).hasContainerdStore();
    }
}
