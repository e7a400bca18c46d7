package io.nesteddocker;

/** The phases of {@link NestedDockerBuilder#start()}, in their order. */
public enum StartupPhase {
    /** The library finds the outer engine, and asks it for its version, its settings and its networks. */
    CONNECT,
    /** The daemon image is found, pulled or built. The seed with the images that are to be inside is found or filled. */
    IMAGE,
    /** The daemon container is created and receives the start script and the certificates. */
    CREATE,
    /** The daemon container is started. */
    START,
    /** The inner engine starts. The phase ends when the API has answered through the link and all images are inside. */
    READY
}
