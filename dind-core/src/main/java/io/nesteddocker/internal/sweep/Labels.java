package io.nesteddocker.internal.sweep;

import io.nesteddocker.Privilege;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels on everything that we create on the outer engine. */
public final class Labels {

    /** On everything; its value is what the thing is. */
    public static final String KIND = "io.nesteddocker";

    /** The program that owns the thing; only on what must not outlive it. */
    public static final String OWNER = "io.nesteddocker.owner";

    /** On a daemon container that is reused: the name under which programs find it. */
    public static final String REUSE = "io.nesteddocker.reuse";

    /** On a daemon container that is reused: the path of the folder that it shares with programs, on their machine, if there is one. */
    public static final String REUSE_FOLDER = "io.nesteddocker.reuse.folder";

    /** On a daemon container: the privilege that it has. */
    public static final String PRIVILEGE = "io.nesteddocker.privilege";

    /** The value of {@link #KIND} on a daemon container and its volume. */
    public static final String DAEMON = "daemon";

    /** The value of {@link #KIND} on a seed's volume. */
    public static final String SEED = "seed";

    /** The value of {@link #KIND} on a container that fills a seed. */
    public static final String SEED_FILLER = "seed-filler";

    /** The value of {@link #KIND} on a volume with a client's key and certificates, and on the container that fills this volume. */
    public static final String CLIENT_KEYS = "client-keys";

    private Labels() {}

    /**
     * The labels of a daemon container.
     *
     * @param owned whether the container belongs to this program
     */
    public static Map<String, String> ofDaemon(boolean owned, Privilege privilege) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(KIND, DAEMON);
        labels.put(PRIVILEGE, privilege.toString());
        if (owned) {
            labels.put(OWNER, Owner.thisProgram().toString());
        }
        return labels;
    }
}
