package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.options.DaemonOptions;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.HelperPlan.Access;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.sweep.Helper;
import io.nesteddocker.internal.sweep.Labels;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predicts before the start which image store an inner engine will have, because a seed is made for one store. For use by one thread.
 *
 * <p>The prediction uses the options, then the result of an earlier start with the same daemon image, then the engine's version. A wrong
 * prediction only costs time, because the images are checked after the start.
 */
public final class StoreGuess {

    private static final Logger LOG = LoggerFactory.getLogger(StoreGuess.class);

    private static final int FIRST_WITH_CONTAINERD = 29;
    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})\\..*", Pattern.DOTALL);
    private static final Pattern VERSION_LINE = Pattern.compile(".*version (\\d{1,4})\\..*", Pattern.DOTALL);
    private static final Pattern DRIVER_FLAG = Pattern.compile("(?:--storage-driver=|-s=?)(.+)", Pattern.DOTALL);
    private static final Pattern CONTAINERD_FLAG =
            Pattern.compile("--feature=containerd-snapshotter(?:=(.*))?", Pattern.DOTALL);

    /** The values that dockerd takes for true; without a value, a feature is on. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

    private static final String OVERLAY2 = ImageStore.OVERLAY2.driver();
    private static final String CONTAINERD = ImageStore.CONTAINERD.driver();
    private static final long PAUSE_MILLIS = 20;

    private final OuterEngine outer;
    private final ImageFacts daemonImage;
    private final DaemonOptions options;
    private final boolean imageDecides;
    private String driver = "";

    /**
     * Creates a prediction.
     *
     * @param daemonImage the image that contains the inner engine
     * @param options the inner engine's options
     * @param hasVariables whether the options set variables of the daemon container, which may change the store, too
     */
    public StoreGuess(OuterEngine outer, ImageFacts daemonImage, DaemonOptions options, boolean hasVariables) {
        this.outer = outer;
        this.daemonImage = daemonImage;
        this.options = options;
        imageDecides = options.storageDriver().isEmpty() && options.arguments().isEmpty() && !hasVariables;
    }

    /** Returns the store that the inner engine will have. Empty if the store can't be linked to a seed; {@link #reason} returns why. */
    public Optional<ImageStore> store(Deadline deadline, Cancellation cancellation) throws InterruptedException {
        driver = said();
        if (driver.isEmpty()) {
            driver = StoreMemory.recall(daemonImage.id()).orElse("");
        }
        if (driver.isEmpty()) {
            driver = byVersion(deadline, cancellation);
            StoreMemory.remember(daemonImage.id(), driver);
        }
        return Arrays.stream(ImageStore.values())
                .filter(store -> store.driver().equals(driver))
                .findFirst();
    }

    /** Returns why no store can be linked to a seed. */
    public String reason() {
        return "the inner engine stores layers with " + driver + ", which can't be linked to a seed";
    }

    /** Records the storage driver that the inner engine really uses, if nothing but the daemon image has decided it. */
    public void correct(String real) {
        if (imageDecides && !real.isEmpty() && !real.equals(driver)) {
            StoreMemory.remember(daemonImage.id(), real);
        }
    }

    private String said() {
        if (options.storageDriver().isPresent()) {
            StorageDriver asked = options.storageDriver().get();
            return switch (asked) {
                case OVERLAY2 -> OVERLAY2;
                case CONTAINERD_OVERLAYFS -> CONTAINERD;
                case FUSE_OVERLAYFS -> "fuse-overlayfs";
                case VFS -> "vfs";
            };
        }
        for (String argument : options.arguments()) {
            Matcher chosen = DRIVER_FLAG.matcher(argument);
            if (chosen.matches()) {
                return chosen.group(1);
            }
            Matcher feature = CONTAINERD_FLAG.matcher(argument);
            if (feature.matches()) {
                return feature.group(1) == null || TRUE.contains(feature.group(1)) ? CONTAINERD : OVERLAY2;
            }
        }
        return "";
    }

    /**
     * Returns the default driver of the engine's version: containerd's since version 29. The images of docker:dind have the version in
     * their environment.
     */
    private String byVersion(Deadline deadline, Cancellation cancellation) throws InterruptedException {
        String told =
                outer.images().variable(daemonImage.id(), "DOCKER_VERSION").orElse("");
        Matcher major = MAJOR.matcher(told);
        if (!major.matches()) {
            major = VERSION_LINE.matcher(versionLine(deadline, cancellation));
        }
        return major.matches() && Integer.parseInt(major.group(1)) >= FIRST_WITH_CONTAINERD ? CONTAINERD : OVERLAY2;
    }

    /** Runs {@code dockerd --version} in a container of the image, and returns the output; empty if there is none. */
    private String versionLine(Deadline deadline, Cancellation cancellation) throws InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CountDownLatch ended = new CountDownLatch(1);
        HelperPlan plan = new HelperPlan(
                "",
                daemonImage.id(),
                List.of("/bin/sh", "-c", "dockerd --version"),
                Helper.labels(Labels.SEED_FILLER),
                Map.of(),
                Access.READ);
        OuterContainers containers = outer.containers();
        try (Helper helper = Helper.start(
                containers,
                plan,
                InputStream.nullInputStream(),
                (id, stdin) -> containers.attach(id, stdin, said::writeBytes, ended::countDown))) {
            LOG.debug("Asking for the version in {}", helper.id());
            while (!ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS) && !deadline.hasPassed()) {
                cancellation.throwIfCancelled();
            }
        } catch (DockerException e) {
            LOG.debug("The image {} does not print the version of its dockerd", daemonImage.id(), e);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
