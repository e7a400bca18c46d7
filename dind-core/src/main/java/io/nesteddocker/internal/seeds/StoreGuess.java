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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells before the start which image store an inner engine will have, because a seed is for one of them. For use by one thread.
 *
 * <p>It goes by the options, then by what an earlier start with the same daemon image has shown, then by the engine's version. A wrong
 * guess costs time and nothing else, for after the start the images are looked for.
 */
public final class StoreGuess {

    private static final Logger LOG = LoggerFactory.getLogger(StoreGuess.class);

    private static final int FIRST_WITH_CONTAINERD = 29;
    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})\\..*", Pattern.DOTALL);
    private static final Pattern VERSION_LINE = Pattern.compile(".*version (\\d{1,4})\\..*", Pattern.DOTALL);
    private static final String OVERLAY2 = ImageStore.OVERLAY2.driver();
    private static final String CONTAINERD = ImageStore.CONTAINERD.driver();
    private static final long PAUSE_MILLIS = 20;

    private final OuterEngine outer;
    private final ImageFacts daemonImage;
    private final DaemonOptions options;
    private String driver = "";

    /**
     * Prepares to guess.
     *
     * @param daemonImage the image that holds the inner engine
     * @param options what is said to it
     */
    public StoreGuess(OuterEngine outer, ImageFacts daemonImage, DaemonOptions options) {
        this.outer = outer;
        this.daemonImage = daemonImage;
        this.options = options;
    }

    /** The store that the inner engine will have; empty where it can't be linked to a seed, as {@link #reason} says. */
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

    /** Why there is no store that can be linked to a seed. */
    public String reason() {
        return "the inner engine stores layers with " + driver + ", which can't be linked to a seed";
    }

    /** Takes note of what the inner engine really uses. */
    public void correct(String real) {
        if (said().isEmpty() && !real.isEmpty()) {
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
        for (String flag : options.arguments()) {
            if (flag.startsWith("--storage-driver=")) {
                return flag.substring(flag.indexOf('=') + 1);
            }
            if (flag.startsWith("--feature=containerd-snapshotter")) {
                return flag.endsWith("=false") ? OVERLAY2 : CONTAINERD;
            }
        }
        return "";
    }

    /** From version 29 on the containerd store is the default; docker:dind images tell their version in their environment. */
    private String byVersion(Deadline deadline, Cancellation cancellation) throws InterruptedException {
        String told =
                outer.images().variable(daemonImage.id(), "DOCKER_VERSION").orElse("");
        Matcher major = MAJOR.matcher(told);
        if (!major.matches()) {
            major = VERSION_LINE.matcher(versionLine(deadline, cancellation));
        }
        return major.matches() && Integer.parseInt(major.group(1)) >= FIRST_WITH_CONTAINERD ? CONTAINERD : OVERLAY2;
    }

    /** What the {@code dockerd} in the image prints, which takes a container; the empty string where it prints nothing. */
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
