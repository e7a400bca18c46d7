package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterStorage;
import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import io.nesteddocker.internal.relay.RelayProgram;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills seeds with hard links to the layers that the outer engine has, so that no byte is copied. For use by one thread. */
final class HardLinks {

    private static final Logger LOG = LoggerFactory.getLogger(HardLinks.class);
    private static final String OUTER = "/nested-docker-outer";
    private static final String BESIDE_OUTER = "/nested-docker-beside-outer";

    private final OuterEngine outer;

    HardLinks(OuterEngine outer) {
        this.outer = outer;
    }

    /** Why there can be no links, if that is known before anything is mounted. */
    Optional<String> obstacle(ImageStore store) {
        OuterStorage storage = outer.storage();
        String architecture = outer.facts().architecture();
        if (RelayProgram.forProcessor(architecture).isEmpty()) {
            return Optional.of(
                    "the program that links layers does not exist for the processor \"" + architecture + "\"");
        }
        if (!storage.driver().equals("overlay2") && !storage.driver().equals("overlayfs")) {
            return Optional.of("the outer engine stores layers with " + storage.driver()
                    + ", neither with overlay2 nor in containerd's image store with overlayfs");
        }
        if (!storage.dataRoot().startsWith("/")) {
            return Optional.of("the outer engine does not say where its data root is");
        }
        if (storage.hasContainerdStore() && store != ImageStore.CONTAINERD) {
            return Optional.of("the outer engine has the containerd image store, and the inner engine the classic one");
        }
        if (storage.rootless() || outer.facts().support().remapsUsers()) {
            return Optional.of("the outer engine's layers belong to other users, because the engine remaps users");
        }
        return Optional.empty();
    }

    /** Fills a seed that was created for it; empty if it worked, else the reason why it is impossible. */
    Optional<String> fill(SeedVolume seed, SeedContent content, Filler filler) throws InterruptedException {
        String path =
                outer.volumes().find(seed.name()).map(VolumeFacts::mountPoint).orElse("");
        if (!path.startsWith(outer.storage().dataRoot() + "/") || path.contains(" ")) {
            return Optional.of("the outer engine's volumes are not in its data root");
        }
        String inFiller = OUTER + path.substring(dataRoot().length());
        String mount = seed.mount().path();
        Optional<String> problem = outer.storage().hasContainerdStore()
                ? linkFromContainerd(content, filler, inFiller, mount)
                : linkFromOverlay2(content, filler, inFiller, mount);
        refuseMissing(content);
        if (problem.isPresent()) {
            LOG.debug("No hard links for {}: {}", seed.name(), problem.get());
            return problem;
        }
        filler.order("complete", inFiller).orThrow();
        return Optional.empty();
    }

    private Optional<String> linkFromOverlay2(SeedContent content, Filler filler, String seed, String mount)
            throws InterruptedException {
        Filler.Answer answer = filler.order("link-" + content.store().driver(), seed, mount, OUTER);
        if (answer.problem().isEmpty() && content.store() == ImageStore.CONTAINERD) {
            filler.unpack(ContainerdDatabases.pack(content, answer.text(), mount), seed)
                    .orThrow();
        }
        return problemOf(answer);
    }

    /**
     * Fills the seed from containerd's data, whose place depends on how containerd was started. If the engine has not started it, the data
     * is beside the engine's data root. A hard link can't cross mounts, so the seed is then accessed through the same mount.
     */
    private Optional<String> linkFromContainerd(SeedContent content, Filler filler, String seed, String mount)
            throws InterruptedException {
        Optional<String> problem = Optional.of("the data of the outer engine's containerd was not found");
        String besideOuter = BESIDE_OUTER + dataRoot().substring(dataRoot().lastIndexOf('/'));
        String roots = filler.order("find-containerd", OUTER, BESIDE_OUTER).text();
        for (String root : roots.split(" ", -1)) {
            if (problem.isPresent() && !root.isEmpty()) {
                problem = linkFromContainerd(
                        content,
                        filler,
                        root.startsWith(OUTER + "/") ? seed : besideOuter + seed.substring(OUTER.length()),
                        mount,
                        root);
            }
        }
        return problem;
    }

    private static Optional<String> linkFromContainerd(
            SeedContent content, Filler filler, String seed, String mount, String root) throws InterruptedException {
        Filler.Answer copied = filler.order("copy-databases", seed, root);
        if (!copied.problem().isEmpty()) {
            return problemOf(copied);
        }
        byte[] lists;
        try {
            lists = OuterContainerd.pack(content, filler.read(seed + "/meta.db"), filler.read(seed + "/metadata.db"));
        } catch (SeedException e) {
            return Optional.of(Reason.of(e));
        }
        filler.unpack(lists, seed).orThrow();
        return problemOf(filler.order("link-containerd", seed, mount, root));
    }

    /** Returns the reason why an order failed, or empty if it succeeded. Throws if no other way of filling may succeed. */
    private static Optional<String> problemOf(Filler.Answer answer) {
        if (!answer.problem().isEmpty() && !answer.otherWayOpen()) {
            throw new SeedException(answer.problem());
        }
        return Optional.of(answer.problem()).filter(problem -> !problem.isEmpty());
    }

    private String dataRoot() {
        return outer.storage().dataRoot();
    }

    /** What a filler has to mount. */
    Map<String, String> mounts() {
        if (!outer.storage().hasContainerdStore()) {
            return Map.of(OUTER, dataRoot());
        }
        String parent = dataRoot().substring(0, dataRoot().lastIndexOf('/'));
        return Map.of(OUTER, dataRoot(), BESIDE_OUTER, parent.isEmpty() ? "/" : parent);
    }

    /**
     * Throws if an image is gone. An engine removes an image before its layers, so an image that still exists had all its layers while they
     * were linked.
     */
    private void refuseMissing(SeedContent content) {
        for (SourceImage image : content.images()) {
            if (outer.images().find(image.id()).isEmpty()) {
                throw new SeedException(
                        "somebody has removed the image " + image.title() + " from that engine meanwhile");
            }
        }
    }
}
