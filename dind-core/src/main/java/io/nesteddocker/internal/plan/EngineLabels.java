package io.nesteddocker.internal.plan;

/** The labels of an inner engine in its {@code /info}, from which a program that starts a daemon inside learns about the engine. */
public final class EngineLabels {

    /** The depth of nesting: the number of nested daemons in which the engine's containers run, this engine included. */
    public static final String DEPTH = "io.nesteddocker.depth";

    /** The networks that this engine and the engines above it use, joined by {@code +}. */
    public static final String TAKEN_NETWORKS = "io.nesteddocker.networks";

    /**
     * The session folder of the outermost machine that is mounted in the engine's container at {@link ContainerPlan#SESSION_MOUNT}. With
     * it, a program on that machine can share its session folders with containers at any depth.
     */
    public static final String SESSION_FOLDER = "io.nesteddocker.shared-folder";

    /** The folders of the outermost machine that are mounted in the engine's container at the same paths; see {@link SharedFolders}. */
    public static final String SHARED_FOLDERS = "io.nesteddocker.shared-folders";

    private EngineLabels() {}
}
