package io.nesteddocker.internal.sweep;

import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what dead programs left on the outer engine: daemon containers that were created and never started, which no lease can end,
 * volumes whose daemon container somebody removed without them, and volumes with keys for daemons that are gone. What outlives programs on purpose has no owner: kept daemons, named
 * data roots, seeds.
 */
public final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Removes labelled containers and volumes whose owner has ended, and touches no others. */
    public static void sweep(OuterEngine outer) {
        outer.containers().labelled(Labels.KIND).forEach((container, labels) -> {
            if (isAbandoned(labels)) {
                LOG.debug("Removing daemon container {} of a program that has ended", container);
                outer.containers().remove(container);
            }
        });
        sweepVolumes(outer, Labels.DAEMON);
        sweepVolumes(outer, Labels.CLIENT_KEYS);
        SessionFolder.sweep();
    }

    private static void sweepVolumes(OuterEngine outer, String kind) {
        for (VolumeFacts volume : outer.volumes().labelled(Labels.KIND + "=" + kind)) {
            if (isAbandoned(volume.labels()) && outer.volumes().remove(volume.name())) {
                LOG.debug("Removed volume {} of a program that has ended", volume.name());
            }
        }
    }

    private static boolean isAbandoned(Map<String, String> labels) {
        return Owner.parse(labels.getOrDefault(Labels.OWNER, ""))
                .map(Owner::hasEnded)
                .orElse(false);
    }
}
