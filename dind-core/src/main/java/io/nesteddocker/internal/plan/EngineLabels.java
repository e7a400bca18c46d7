package io.nesteddocker.internal.plan;

/** Labels that an inner engine carries in its {@code /info}, so that a program which nests one level deeper knows where it is. */
public final class EngineLabels {

    /** How many daemons of ours are around the containers of this engine. */
    public static final String DEPTH = "io.nesteddocker.depth";

    /** The networks that this engine and those above it use, joined by {@code +}. */
    public static final String TAKEN_NETWORKS = "io.nesteddocker.networks";

    /**
     * The folder of the outermost machine that the engine's container has at {@link ContainerPlan#SHARED_MOUNT}, so that a program on
     * that machine can share folders with containers at any depth.
     */
    public static final String SHARED_FOLDER = "io.nesteddocker.shared-folder";

    /** The folders of the outermost machine that the engine's container has at their own paths; see {@link SharedFolders}. */
    public static final String SHARED_FOLDERS = "io.nesteddocker.shared-folders";

    private EngineLabels() {}
}
