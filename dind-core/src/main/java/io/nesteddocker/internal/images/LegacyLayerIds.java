package io.nesteddocker.internal.images;

import io.nesteddocker.internal.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the names of the layers' folders in archives that {@code docker save} of engines before 25 writes.
 *
 * <p>The name of any layer but the topmost is a digest of its chain ID, its parent's name and an otherwise empty configuration. A name that
 * is not recognised costs only time: the layer is sent even if the engine has it.
 *
 * @see <a href="https://github.com/moby/moby/blob/v20.10.24/image/v1/imagev1.go">moby: CreateID</a>
 */
final class LegacyLayerIds {

    private static final String EMPTY_CONFIGURATION =
            "{\"container_config\":{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\","
                    + "\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,"
                    + "\"StdinOnce\":false,\"Env\":null,\"Cmd\":null,\"Image\":\"\",\"Volumes\":null,\"WorkingDir\":\"\","
                    + "\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":null},\"created\":\"1970-01-01T00:00:00Z\",\"layer_id\":\"";

    private LegacyLayerIds() {}

    /** Returns the names of the layers of these chain IDs, lowest first, without {@code sha256:}. */
    static List<String> of(List<String> chainIds) {
        List<String> names = new ArrayList<>();
        String parent = "";
        for (String chainId : chainIds) {
            String json = EMPTY_CONFIGURATION + chainId + "\""
                    + (parent.isEmpty() ? "" : ",\"parent\":\"" + parent + "\"") + "}";
            parent = Sha256.digest(json);
            names.add(parent.substring("sha256:".length()));
        }
        return names;
    }
}
