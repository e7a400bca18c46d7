package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterStorage;
import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import io.nesteddocker.internal.relay.RelayProgram;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a seed is there: finds it, or fills it while nobody else does.
 *
 * <p>A seed that is found may still be half-filled, which only a look into it tells. The daemon that starts with it has that look, so
 * that a start costs nothing more; whoever hears that it is half-filled says so to {@link #replace}. For use by one thread.
 */
public final class Seeds {

    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);
    private static final String OUTER = "/nested-docker-outer";
    private static final String BESIDE_OUTER = "/nested-docker-beside-outer";
    private static final String VOLUME = "/nested-docker-seed";
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_DISCARD = Duration.ofSeconds(5);

    private final OuterEngine outer;
    private final SeedCache cache;
    private final Filler.Workshop workshop;
    private final FillingDaemon fillingDaemon;
    private final SeedLock lock;
    private final Deadline deadline;
    private final Cancellation cancellation;

    /**
     * Prepares for seeds on an outer engine.
     *
     * @param daemonImage the image that fillers are made from
     * @param fillingDaemon fills where hard links are impossible
     */
    public Seeds(
            OuterEngine outer,
            String daemonImage,
            FillingDaemon fillingDaemon,
            Deadline deadline,
            Cancellation cancellation) {
        this.outer = outer;
        cache = new SeedCache(outer);
        this.fillingDaemon = fillingDaemon;
        workshop = new Filler.Workshop(outer, daemonImage, deadline, cancellation);
        lock = new SeedLock(workshop);
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    /** Finds the seed, or fills it. */
    public SeedVolume ensure(SeedContent content) throws InterruptedException {
        return ensure(content, false);
    }

    /** Fills a seed again that turned out to be half-filled, unless somebody else has done so meanwhile. */
    public SeedVolume replace(SeedContent content) throws InterruptedException {
        return ensure(content, true);
    }

    private SeedVolume ensure(SeedContent content, boolean doubted) throws InterruptedException {
        try {
            Optional<SeedVolume> found = doubted ? Optional.empty() : findFilled(content);
            while (found.isEmpty()) {
                cancellation.throwIfCancelled();
                found = fillUnderLock(content, doubted);
                if (found.isEmpty()) {
                    found = findFilled(content);
                }
            }
            cache.noteUse(found.get());
            return found.get();
        } catch (SeedException | DockerException e) {
            cancellation.throwIfCancelled();
            throw failed(content, Reason.of(e), e);
        }
    }

    /** Empty where there is none; one that is being filled is waited for. */
    private Optional<SeedVolume> findFilled(SeedContent content) throws InterruptedException {
        Optional<SeedVolume> found = find(content);
        if (found.isPresent() && lock.isTaken(content.volume())) {
            lock.awaitRelease(content.volume());
            return find(content);
        }
        return found;
    }

    private Optional<SeedVolume> find(SeedContent content) {
        return outer.volumes().find(content.volume()).map(SeedVolume::of);
    }

    /** Empty where somebody else had the lock, and has let go of it now. */
    private Optional<SeedVolume> fillUnderLock(SeedContent content, boolean doubted) throws InterruptedException {
        Optional<String> obstacle = obstacleToLinks(content.store());
        if (obstacle.isEmpty()) {
            try {
                return fillUnderLock(content, doubted, mounts(), obstacle);
            } catch (SeedLock.MountException e) {
                obstacle = Optional.of("the outer engine's data root can't be mounted: " + Reason.of(e));
                LOG.debug("No hard links for {}: {}", content.volume(), obstacle.get());
            }
        }
        return fillUnderLock(content, doubted, Map.of(), obstacle);
    }

    private Optional<SeedVolume> fillUnderLock(
            SeedContent content, boolean doubted, Map<String, String> binds, Optional<String> obstacle)
            throws InterruptedException {
        Optional<Filler> taken = lock.take(content, binds);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        try (Filler filler = taken.get()) {
            return Optional.of(findOrFill(content, doubted, filler, obstacle));
        }
    }

    /** Somebody else may have filled it before we had the lock. */
    private SeedVolume findOrFill(SeedContent content, boolean doubted, Filler filler, Optional<String> obstacle)
            throws InterruptedException {
        Optional<SeedVolume> found = find(content);
        if (found.isPresent() && (!doubted || isComplete(content))) {
            return found.get();
        }
        SeedVolume filled = fill(content, filler, obstacle);
        cache.noteUse(filled);
        makeRoom();
        return filled;
    }

    /** The seed that was just filled is spared, because it is locked. */
    private void makeRoom() {
        try {
            cache.shrinkTo(SeedCache.limit());
        } catch (DockerException e) {
            LOG.debug("Could not remove old seeds", e);
        }
    }

    private boolean isComplete(SeedContent content) throws InterruptedException {
        try (Filler look = onVolume(content)) {
            return look.order("check", VOLUME).problem().isEmpty();
        }
    }

    private Filler onVolume(SeedContent content) throws InterruptedException {
        return workshop.start("", Map.of(VOLUME, content.volume()), content);
    }

    private SeedVolume fill(SeedContent content, Filler filler, Optional<String> knownObstacle)
            throws InterruptedException {
        boolean filled = false;
        try {
            discard(content.volume());
            String obstacle = knownObstacle.isPresent()
                    ? knownObstacle.get()
                    : link(content, filler).orElse("");
            if (!obstacle.isEmpty()) {
                discard(content.volume());
                copy(content, obstacle);
            }
            filled = true;
            return find(content)
                    .orElseThrow(() -> new SeedException("somebody removed the seed as soon as it was filled"));
        } finally {
            if (!filled) {
                discardQuietly(content.volume());
            }
        }
    }

    /** Empty where it worked, else why it is impossible. */
    private Optional<String> link(SeedContent content, Filler filler) throws InterruptedException {
        SeedVolume seed = create(content, "");
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
        must(filler.order("complete", inFiller));
        return Optional.empty();
    }

    private Optional<String> linkFromOverlay2(SeedContent content, Filler filler, String seed, String mount)
            throws InterruptedException {
        Filler.Answer answer = filler.order("link-" + content.store().driver(), seed, mount, OUTER);
        if (answer.problem().isEmpty() && content.store() == ImageStore.CONTAINERD) {
            must(filler.unpack(ContainerdDatabases.pack(content, answer.text(), mount), seed));
        }
        return problemOf(answer);
    }

    /**
     * Where containerd keeps its data depends on who has started it. One that the engine has not started itself has it beside the
     * engine's, and a hard link can't cross mounts, so the seed is taken in the mount that has the data, too.
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
        must(filler.unpack(lists, seed));
        return problemOf(filler.order("link-containerd", seed, mount, root));
    }

    /** Empty where all went well; throws where no other way is open. */
    private static Optional<String> problemOf(Filler.Answer answer) {
        if (!answer.problem().isEmpty() && !answer.otherWayOpen()) {
            throw new SeedException(answer.problem());
        }
        return Optional.of(answer.problem()).filter(problem -> !problem.isEmpty());
    }

    private String dataRoot() {
        return outer.storage().dataRoot();
    }

    private Map<String, String> mounts() {
        if (!outer.storage().hasContainerdStore()) {
            return Map.of(OUTER, dataRoot());
        }
        String parent = dataRoot().substring(0, dataRoot().lastIndexOf('/'));
        return Map.of(OUTER, dataRoot(), BESIDE_OUTER, parent.isEmpty() ? "/" : parent);
    }

    private void copy(SeedContent content, String obstacle) throws InterruptedException {
        SeedVolume seed = create(content, obstacle);
        fillingDaemon.fill(seed.name(), content.store(), content.images());
        try (Filler converter = onVolume(content)) {
            must(converter.order(
                    "convert-" + content.store().driver(), VOLUME, seed.mount().path()));
            must(converter.order("complete", VOLUME));
        }
    }

    private static void must(Filler.Answer answer) {
        if (!answer.problem().isEmpty()) {
            throw new SeedException(answer.problem());
        }
    }

    /** An image that is still there had all its layers while we linked them, for an engine forgets an image before its layers. */
    private void refuseMissing(SeedContent content) {
        for (SourceImage image : content.images()) {
            if (outer.images().find(image.id()).isEmpty()) {
                throw new SeedException(
                        "somebody has removed the image " + image.title() + " from that engine meanwhile");
            }
        }
    }

    private SeedVolume create(SeedContent content, String obstacle) {
        SeedVolume fresh = SeedVolume.fresh(content, obstacle);
        outer.volumes().create(fresh.name(), fresh.labels());
        return fresh;
    }

    /** A container that has the half-filled volume belongs to a program that has ended, and is about to end too. */
    private void discard(String volume) throws InterruptedException {
        while (!outer.volumes().remove(volume)) {
            cancellation.throwIfCancelled();
            List<String> users = outer.volumes().users(volume);
            if (deadline.hasPassed()) {
                throw new SeedException(
                        "the half-filled volume " + volume + " is still in use by " + String.join(", ", users));
            }
            users.forEach(lock::removeIfAbandoned);
            deadline.pause(PAUSE);
        }
    }

    /** What is still being linked or loaded comes back while it is removed, until that has noticed. */
    private void discardQuietly(String volume) {
        Deadline patience = Deadline.in(LONGEST_DISCARD);
        while (!isDiscarded(volume) && !patience.hasPassed()) {
            try {
                patience.pause(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isDiscarded(String volume) {
        try {
            return outer.volumes().remove(volume);
        } catch (RuntimeException e) {
            LOG.debug("The half-filled seed {} stays until somebody needs it", volume, e);
            return false;
        }
    }

    private Optional<String> obstacleToLinks(ImageStore store) {
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

    private ImageTransferException failed(SeedContent content, String reason, Throwable cause) {
        String titles = content.images().stream().map(SourceImage::title).collect(Collectors.joining(", "));
        return new ImageTransferException(
                "Tried to make a seed of " + titles + " on the outer engine at " + outer.description() + " but "
                        + reason.replaceFirst("[.;]$", "") + "; "
                        + cure(reason) + ".",
                cause);
    }

    private static String cure(String reason) {
        if (reason.toLowerCase(Locale.ROOT).contains("no space left") || reason.contains("uota exceeded")) {
            return "free space there, for example with NestedDocker.imageCache().clear()";
        }
        return reason.contains("time was over")
                ? "allow more time with startupTimeout(..), which the first start with large images may need"
                : "see docs/images.md";
    }
}
