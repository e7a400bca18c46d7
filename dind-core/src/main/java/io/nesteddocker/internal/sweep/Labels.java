package io.nesteddocker.internal.sweep;

import io.nesteddocker.Privilege;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels of all objects that the library creates on the outer engine. */
public final class Labels {

    /** The label of every object; its value is the kind of object. */
    public static final String KIND = "io.nesteddocker";

    /** The label with the program that owns the object, for objects that must not outlive the program. */
    public static final String OWNER = "io.nesteddocker.owner";

    /** The label of a reused daemon container with the name under which programs find it. */
    public static final String REUSE = "io.nesteddocker.reuse";

    /**
     * The label of a reused daemon container with the path, on the programs' machine, of the session folder that it shares with them, if
     * there is one.
     */
    public static final String REUSE_FOLDER = "io.nesteddocker.reuse.folder";

    /** The label of a daemon container with its privilege. */
    public static final String PRIVILEGE = "io.nesteddocker.privilege";

    /** The value of {@link #KIND} on a daemon container and its volume. */
    public static final String DAEMON = "daemon";

    /** The value of {@link #KIND} on a seed's volume. */
    public static final String SEED = "seed";

    /** The value of {@link #KIND} on a container that fills a seed or asks a daemon image for its version. */
    public static final String SEED_FILLER = "seed-filler";

    /** The value of {@link #KIND} on a volume with a client's key and certificates, and on the container through which it is filled. */
    public static final String CLIENT_KEYS = "client-keys";

    private Labels() {}

    /**
     * Returns the labels of a daemon container.
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
