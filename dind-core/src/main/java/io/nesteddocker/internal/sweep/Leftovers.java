package io.nesteddocker.internal.sweep;

import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes objects that dead programs left on the outer engine: containers that were created but never started, so that no lease ends them;
 * volumes whose daemon container was removed without them; and volumes with keys for daemons that are gone. Objects that outlive programs
 * on purpose have no owner: kept daemons, named data roots, and seeds. A reused daemon has an owner, but is removed only if its container
 * was never started.
 */
public final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /** The kinds of volumes that have an owner. */
    private static final Set<String> VOLUMES = Set.of(Labels.DAEMON, Labels.CLIENT_KEYS);

    private Leftovers() {}

    /** Removes the labelled containers and volumes whose owner has ended, and abandoned private folders. */
    public static void sweep(OuterEngine outer) {
        for (ContainerState container : outer.containers().labelled(Labels.KIND)) {
            if (isAbandoned(container.labels()) && !isLeftForOthers(container)) {
                LOG.debug("Removing daemon container {} of a program that has ended", container.name());
                outer.containers().remove(container.id());
            }
        }
        for (VolumeFacts volume : outer.volumes().labelled(Labels.KIND)) {
            if (VOLUMES.contains(volume.labels().get(Labels.KIND))
                    && isAbandoned(volume.labels())
                    && outer.volumes().remove(volume.name())) {
                LOG.debug("Removed volume {} of a program that has ended", volume.name());
            }
        }
        SessionFolder.sweep();
    }

    /** Returns whether the container is that of a reused daemon, which ends by itself unless it was never started. */
    private static boolean isLeftForOthers(ContainerState container) {
        return container.labels().containsKey(Labels.REUSE)
                && !container.status().equals("created");
    }

    private static boolean isAbandoned(Map<String, String> labels) {
        return Owner.parse(labels.getOrDefault(Labels.OWNER, ""))
                .map(Owner::hasEnded)
                .orElse(false);
    }
}
