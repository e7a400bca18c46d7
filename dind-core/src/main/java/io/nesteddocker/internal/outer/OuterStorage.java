package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Objects;

/**
 * The way in which an engine stores its own layers.
 *
 * @param driver its storage driver, such as {@code overlay2}
 * @param dataRoot the folder of the outer host with its data
 * @param rootless whether it runs without root, and so marks opaque folders in another way
 */
public record OuterStorage(String driver, String dataRoot, boolean rootless) {

    /** Returns whether the engine uses a containerd store, in which an image's ID is the digest of its manifest. */
    public boolean hasContainerdStore() {
        return driver.equals("overlayfs") || driver.equals("stargz") || driver.equals("native");
    }

    /** Creates the facts from an engine's answer. */
    public static OuterStorage of(Info info) {
        List<String> security = Objects.requireNonNullElse(info.getSecurityOptions(), List.of());
        return new OuterStorage(
                Objects.requireNonNullElse(info.getDriver(), ""),
                Objects.requireNonNullElse(info.getDockerRootDir(), ""),
                security.stream().anyMatch(option -> option.startsWith("name=rootless")));
    }
}
