package io.nesteddocker.internal.sweep;

import io.nesteddocker.internal.outer.OuterEngine;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what dead programs left on the outer engine: daemon containers that were created and never started, which no lease can end.
 */
public final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Removes labelled containers whose owner has ended, and touches no others. */
    public static void sweep(OuterEngine outer) {
        for (Map.Entry<String, Map<String, String>> container :
                outer.containers().labelled(Labels.KIND).entrySet()) {
            Optional<Owner> owner = Owner.parse(container.getValue().getOrDefault(Labels.OWNER, ""));
            if (owner.isPresent() && owner.get().hasEnded()) {
                LOG.debug("Removing daemon container {} of a program that has ended", container.getKey());
                outer.containers().remove(container.getKey());
            }
        }
        SessionFolder.sweep();
    }
}
