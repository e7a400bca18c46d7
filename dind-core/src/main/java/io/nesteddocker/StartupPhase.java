package io.nesteddocker;

/** The steps of {@link NestedDockerBuilder#start()}, in their order. */
public enum StartupPhase {
    /** The outer engine is found and asked what it is and what it can grant. */
    CONNECT,
    /** The daemon image is made available: found, pulled or built; and so is the seed with the images that shall be inside. */
    IMAGE,
    /** The daemon container is created and gets the start script and the certificates. */
    CREATE,
    /** The daemon container is started. */
    START,
    /** The inner engine starts; the phase ends when its API answered through the link and all images are inside. */
    READY
}
