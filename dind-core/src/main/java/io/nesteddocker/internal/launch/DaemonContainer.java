package io.nesteddocker.internal.launch;

import io.nesteddocker.Privilege;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.images.BlobList;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.inner.BindSources;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.StorageOptions;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.registry.RegistryCredentials;
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

    /**
     * Creates the client of the inner engine, which has answered through the link.
     *
     * @param apiVersion the highest API version that the engine reported
     * @param storage lists the folders of this program that inner containers can mount
     * @param credentials the credentials for registries
     */
    InnerEngine connect(
            Link link, String apiVersion, OuterEngine outer, StorageOptions storage, RegistryCredentials credentials) {
        return InnerEngine.connect(
                name,
                link,
                apiVersion,
                log::reasonOfTheEnd,
                new BindSources(outer.containers(), id, storage.folders()),
                credentials);
    }

    /** Returns the images of the inner engine. */
    public TargetStore images(InnerEngine inner, OuterEngine outer) {
        return TargetStore.of(inner.client(), description(), log::reasonOfTheEnd, BlobList.in(outer.containers(), id));
    }
}
