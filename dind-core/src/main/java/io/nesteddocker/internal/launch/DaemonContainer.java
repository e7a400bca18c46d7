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
 * @param id its identity
 * @param image the reference of the image that it was made from
 * @param log what it writes
 * @param granted the privilege that it has
 * @param leased whether it ends with this program
 * @param hold stops other programs from using the daemon; empty if the daemon is not reused
 */
public record DaemonContainer(
        String name, String id, String image, DaemonLog log, Privilege granted, boolean leased, Optional<Hold> hold) {

    /** The same container, which no other program uses as long as this program holds it. */
    DaemonContainer held(Hold taken) {
        return new DaemonContainer(name, id, image, log, granted, leased, Optional.of(taken));
    }

    /** The daemon, for messages. */
    public String description() {
        return "the nested daemon " + name;
    }

    /** The images of the engine inside. */
    public TargetStore images(InnerEngine inner, OuterEngine outer) {
        return TargetStore.of(inner.client(), description(), log::reasonOfTheEnd, BlobList.in(outer.containers(), id));
    }
}
