package io.nesteddocker.internal.launch;

import io.nesteddocker.Privilege;
import io.nesteddocker.internal.images.BlobList;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.outer.OuterEngine;
import java.util.Optional;

/**
 * A daemon container that was started.
 *
 * @param name its name
 * @param id its ID
 * @param image the reference of its image
 * @param log its output
 * @param granted the privilege that it has
 * @param leased whether it ends with this program
 * @param hold stops other programs from using the daemon; empty if the daemon is not reused
 */
public record DaemonContainer(
        String name, String id, String image, DaemonLog log, Privilege granted, boolean leased, Optional<Hold> hold) {

    /** Returns the same container with the hold by which this program keeps other programs from using it. */
    DaemonContainer held(Hold taken) {
        return new DaemonContainer(name, id, image, log, granted, leased, Optional.of(taken));
    }

    /** Returns a description of the daemon for messages. */
    public String description() {
        return "the nested daemon " + name;
    }

    /** Returns the images of the inner engine. */
    public TargetStore images(InnerEngine inner, OuterEngine outer) {
        return TargetStore.of(inner.client(), description(), log::reasonOfTheEnd, BlobList.in(outer.containers(), id));
    }
}
