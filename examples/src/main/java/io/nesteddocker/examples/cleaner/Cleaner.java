package io.nesteddocker.examples.cleaner;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes containers that ended long ago, and images that no container uses. */
public final class Cleaner {

    private static final Set<String> OVER = Set.of("exited", "dead");

    private final DockerClient docker;
    private final Clock clock;

    /** Creates a cleaner for the engine of a client. */
    public Cleaner(DockerClient docker, Clock clock) {
        this.docker = docker;
        this.clock = clock;
    }

    /** Removes the containers and images that a policy does not keep, and reports them. */
    public Report clean(Policy policy) {
        List<String> containers = new ArrayList<>();
        Set<String> usedImages = new HashSet<>();
        for (Container container : docker.listContainersCmd().withShowAll(true).exec()) {
            if (mayGo(container, policy)) {
                containers.add(container.getNames()[0].substring(1));
                if (!policy.dryRun()) {
                    docker.removeContainerCmd(container.getId())
                            .withRemoveVolumes(true)
                            .exec();
                }
            } else {
                usedImages.add(container.getImageId());
            }
        }
        return new Report(containers, images(policy, usedImages));
    }

    private boolean mayGo(Container container, Policy policy) {
        if (container.getLabels().containsKey(policy.keepLabel())) {
            return false;
        }
        try {
            // The list can be slightly out of date, so the container itself is inspected.
            ContainerState state =
                    docker.inspectContainerCmd(container.getId()).exec().getState();
            return OVER.contains(state.getStatus())
                    && Instant.parse(state.getFinishedAt())
                            .plus(policy.stoppedFor())
                            .isBefore(clock.instant());
        } catch (NotFoundException e) {
            return false;
        }
    }

    private List<String> images(Policy policy, Set<String> usedImages) {
        List<String> gone = new ArrayList<>();
        for (Image image : docker.listImagesCmd().exec()) {
            List<String> names = image.getRepoTags() == null ? List.of() : Arrays.asList(image.getRepoTags());
            if (!usedImages.contains(image.getId()) && names.stream().noneMatch(policy.keepImages()::contains)) {
                gone.add(names.isEmpty() ? image.getId() : String.join(", ", names));
                if (!policy.dryRun()) {
                    docker.removeImageCmd(image.getId()).withForce(true).exec();
                }
            }
        }
        return gone;
    }
}
