package io.nesteddocker.testing;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StorageDriver;

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
}
