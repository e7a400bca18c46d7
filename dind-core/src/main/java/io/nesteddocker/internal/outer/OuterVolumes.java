package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The outer engine's volumes. Thread-safe. */
public final class OuterVolumes {

    private final DockerClient client;

    OuterVolumes(DockerClient client) {
        this.client = client;
    }

    /**
     * A volume.
     *
     * @param name its name
     * @param labels its labels
     * @param mountPoint its folder on the outer host, or the empty string
     */
    public record VolumeFacts(String name, Map<String, String> labels, String mountPoint) {

        static VolumeFacts of(InspectVolumeResponse volume) {
            return new VolumeFacts(
                    volume.getName(),
                    Objects.requireNonNullElse(volume.getLabels(), Map.of()),
                    Objects.requireNonNullElse(volume.getMountpoint(), ""));
        }
    }

    /** Finds a volume. */
    public Optional<VolumeFacts> find(String name) {
        try {
            return Optional.of(VolumeFacts.of(client.inspectVolumeCmd(name).exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Creates a volume. A volume that has this name already stays unchanged. */
    public void create(String name, Map<String, String> labels) {
        client.createVolumeCmd().withName(name).withLabels(labels).exec();
    }

    /** Returns the volumes with a label, which is a key or {@code key=value}. */
    public List<VolumeFacts> labelled(String label) {
        List<InspectVolumeResponse> volumes = client.listVolumesCmd()
                .withFilter("label", List.of(label))
                .exec()
                .getVolumes();
        return volumes == null
                ? List.of()
                : volumes.stream().map(VolumeFacts::of).toList();
    }

    /** Returns the names of the containers, running or not, that have a volume mounted. */
    public List<String> users(String name) {
        return client.listContainersCmd().withShowAll(true).withVolumeFilter(List.of(name)).exec().stream()
                .map(container -> container.getNames()[0].replaceFirst("^/", ""))
                .toList();
    }

    /** Removes a volume, and returns whether it is gone. A volume that a container has mounted stays. */
    public boolean remove(String name) {
        try {
            client.removeVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException e) {
            return true;
        } catch (ConflictException e) {
            return false;
        }
    }
}
