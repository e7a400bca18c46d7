package io.nesteddocker.internal.launch;

import io.nesteddocker.DataRoot;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.images.SourceImages;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.plan.SeedMount;
import io.nesteddocker.internal.seeds.FillingDaemon;
import io.nesteddocker.internal.seeds.ImageStore;
import io.nesteddocker.internal.seeds.SeedCache;
import io.nesteddocker.internal.seeds.SeedContent;
import io.nesteddocker.internal.seeds.SeedVolume;
import io.nesteddocker.internal.seeds.Seeds;
import io.nesteddocker.internal.seeds.StoreGuess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the requested images into the inner engine: by a seed if possible, otherwise by streaming. For use by one thread. */
final class ImagesInside {

    private static final Logger LOG = LoggerFactory.getLogger(ImagesInside.class);

    /** The names of images by ID, for each {@link #imageSet} that this program has seen inside. */
    private static final Map<String, Map<String, Set<String>>> KNOWN = new ConcurrentHashMap<>();

    private final Options options;
    private final OuterEngine outer;
    private final String daemonImage;
    private final List<SourceImage> images;
    private final List<String> notes = new ArrayList<>();
    private Optional<Linking> linking = Optional.empty();
    private Consumer<String> onDriver = driver -> {};
    private Optional<Map<String, Set<String>>> namesById = Optional.empty();
    private String streamedBecause = "it comes from an archive";

    private ImagesInside(Options options, OuterEngine outer, String daemonImage, List<SourceImage> images) {
        this.options = options;
        this.outer = outer;
        this.daemonImage = daemonImage;
        this.images = images;
    }

    /** The seed that the daemon is linked to, and what is needed if it has to be filled again. */
    private record Linking(SeedVolume seed, SeedContent content, Seeds seeds) {}

    /** Finds the images, and finds or fills the seed with them. */
    static ImagesInside prepare(
            Options options,
            FillingDaemon fillingDaemon,
            OuterEngine outer,
            ImageFacts daemonImage,
            Deadline deadline,
            Cancellation cancellation)
            throws InterruptedException {
        List<SourceImage> images = options.storage().images().isEmpty()
                ? List.of()
                : SourceImages.resolve(
                        outer,
                        options.storage().images(),
                        GuardedListener.of(options.lifecycle().progress()),
                        cancellation);
        ImagesInside inside = new ImagesInside(options, outer, daemonImage.id(), images);
        inside.chooseWay(fillingDaemon, daemonImage, deadline, cancellation);
        return inside;
    }

    private void chooseWay(
            FillingDaemon fillingDaemon, ImageFacts daemonImage, Deadline deadline, Cancellation cancellation)
            throws InterruptedException {
        List<SourceImage> linkable =
                images.stream().filter(image -> image.archive().isEmpty()).toList();
        if (linkable.isEmpty()) {
            return;
        }
        if (options.storage().dataRoot().kind() == DataRoot.Kind.NAMED_VOLUME) {
            streamedBecause = "the data root is a named volume, which may outlive the seed";
            return;
        }
        if (options.container().privilege().kind() == Privilege.Kind.RUNTIME) {
            streamedBecause = "the " + options.container().privilege()
                    + " may map the users of the container to others, who don't own the seed's files";
            return;
        }
        if (options.daemon().movesDataRoot()) {
            streamedBecause = "a flag in daemonArgs(..) moves the data root";
            return;
        }
        StoreGuess guess = new StoreGuess(
                outer,
                daemonImage,
                options.daemon(),
                !options.container().environment().isEmpty());
        onDriver = guess::correct;
        Optional<ImageStore> store = guess.store(deadline, cancellation);
        if (store.isEmpty()) {
            streamedBecause = guess.reason();
            return;
        }
        SeedCache.limit();
        SeedContent content = new SeedContent(store.get(), linkable);
        Seeds seeds = new Seeds(outer, daemonImage.id(), fillingDaemon, deadline, cancellation);
        linking = Optional.of(new Linking(seeds.ensure(content), content, seeds));
    }

    /** Returns the seed for the daemon container. */
    Optional<SeedMount> seed() {
        return linking.map(Linking::seed).map(SeedVolume::mount);
    }

    /** Fills the seed again after a daemon has found it half-filled. */
    void refill() throws InterruptedException {
        LOG.debug("The seed was half-filled; filling it again");
        Linking old = linking.orElseThrow();
        SeedVolume seed = old.seeds().replace(old.content());
        linking = Optional.of(new Linking(seed, old.content(), old.seeds()));
    }

    /**
     * Makes sure that the inner engine has all images, and streams those that it lacks.
     *
     * @param log the output of the daemon container, which is linked to the seed if it runs
     */
    void complete(InnerEngine inner, TargetStore inside, DaemonLog log, Cancellation cancellation)
            throws InterruptedException {
        log.storageDriver().ifPresent(onDriver);
        Optional<Map<String, Set<String>>> known = linking.flatMap(linked -> known(linked, log));
        Map<String, Set<String>> found = new HashMap<>();
        List<SourceImage> missing = new ArrayList<>();
        for (SourceImage image : images) {
            if (image.archive().isPresent() || linking.isEmpty()) {
                missing.add(image);
            } else if (known.isPresent()) {
                noteLink(image, linking.get().seed());
            } else {
                Optional<ImageFacts> facts = inside.find(image, outer.storage());
                facts.ifPresentOrElse(
                        one -> {
                            found.put(one.id(), Set.copyOf(one.tags()));
                            noteLink(image, linking.get().seed());
                        },
                        () -> missing.add(image));
            }
        }
        if (missing.isEmpty()) {
            namesById = linking.map(linked -> KNOWN.computeIfAbsent(imageSet(linked), unused -> Map.copyOf(found)));
        } else {
            stream(missing, inner, inside, cancellation);
        }
        for (SourceImage image : images) {
            if (image.tags().isEmpty() || !image.namedDigests().isEmpty()) {
                noteOtherName(image, inside);
            }
        }
    }

    private void noteLink(SourceImage image, SeedVolume seed) {
        notes.add(image.title() + ": linked to the seed " + seed.name() + ", which was filled by "
                + (seed.copiedBecause().isEmpty()
                        ? "hard links from the outer engine's layers"
                        : "save and load, because " + seed.copiedBecause()));
    }

    /**
     * Returns the images inside if an earlier start of this program has found them, and this engine has the store for which the seed is
     * made. An engine with the containerd store takes up to 3 ms for each layer of each image that it is asked for.
     */
    private Optional<Map<String, Set<String>>> known(Linking linked, DaemonLog log) {
        String driver = linked.content().store().driver();
        return log.storageDriver().filter(driver::equals).map(unused -> KNOWN.get(imageSet(linked)));
    }

    /** Names all that decides which images the engine has, and which IDs the images have there. */
    private String imageSet(Linking linked) {
        return String.join(
                " ",
                linked.seed().name(),
                linked.seed().created().toString(),
                outer.id(),
                daemonImage,
                options.fingerprint());
    }

    private void stream(List<SourceImage> missing, InnerEngine inner, TargetStore inside, Cancellation cancellation)
            throws InterruptedException {
        if (missing.stream().anyMatch(image -> image.archive().isEmpty()) && linking.isPresent()) {
            String driver =
                    Objects.requireNonNullElse(inner.client().infoCmd().exec().getDriver(), "");
            onDriver.accept(driver);
            streamedBecause = driver.equals(linking.get().content().store().driver())
                    ? "the inner engine does not find the images that its data root is linked to"
                    : "the inner engine stores images with " + driver + ", which the library did not expect";
            LOG.warn("Images are streamed into the daemon because {}", streamedBecause);
        }
        Transfer.send(
                outer,
                options.container().image().reference(),
                List.of(inside),
                missing,
                GuardedListener.of(options.lifecycle().progress()),
                cancellation);
        missing.forEach(image -> notes.add(image.title() + ": streamed, because "
                + (image.archive().isPresent() ? "it comes from an archive" : streamedBecause)));
    }

    /** Adds the image's name inside to the notes. The two engines' stores may give an image different digests and IDs. */
    private void noteOtherName(SourceImage image, TargetStore inside) {
        inside.nameInPlaceOf(image).ifPresent(name -> {
            LOG.info("The image {} has the name {} inside", image.title(), name);
            notes.replaceAll(
                    note -> note.startsWith(image.title() + ": ") ? note + "; the name inside is " + name : note);
        });
    }

    /** Returns the names of all images inside by ID; empty if images were streamed. */
    Optional<Map<String, Set<String>>> namesById() {
        return namesById;
    }

    /** Returns one note for each image on how it came inside. */
    List<String> notes() {
        return List.copyOf(notes);
    }
}
