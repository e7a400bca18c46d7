package io.nesteddocker.internal.images;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.ImageProblem;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.registry.ImageReference;
import io.nesteddocker.internal.tar.TarArchive;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ensures that the outer engine has the daemon image: finds it, pulls it, or builds it from Debian. */
public final class DaemonImages {

    private static final Logger LOG = LoggerFactory.getLogger(DaemonImages.class);
    private static final String LOCAL_BASE = "nested-docker-base:";

    private DaemonImages() {}

    /** Finds, pulls or builds the image, checks that it can run on the outer engine, and returns facts about it. */
    public static ImageFacts ensure(
            OuterEngine outer, DaemonImage image, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        Optional<ImageFacts> present = find(outer, image);
        if (present.isEmpty()) {
            if (image.buildSuite().isEmpty()) {
                pull(outer, image, progress, cancellation);
            } else {
                build(outer, image, progress, cancellation);
            }
            present = find(outer, image);
        }
        ImageFacts facts = present.orElseThrow(() -> new OuterEngineException(
                "Tried to find the daemon image " + image
                        + " but the outer engine does not have it although the pull or build"
                        + " succeeded; look at `docker images` there.",
                null));
        refuseOtherMachines(outer, image, facts);
        return facts;
    }

    private static Optional<ImageFacts> find(OuterEngine outer, DaemonImage image) {
        try {
            return outer.images().find(image.reference());
        } catch (DockerException e) {
            throw new OuterEngineException(
                    "Tried to look up the daemon image " + image + " on the outer engine at " + outer.description()
                            + " but it refused: " + Reason.of(e)
                            + ". Correct the reference; it looks like docker:29-dind or registry.example:5000/team/dind:1.",
                    e);
        }
    }

    private static void pull(OuterEngine outer, DaemonImage image, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        if (ImageReference.parse(image.reference()).isId()) {
            throw new OuterEngineException(
                    "Tried to find the daemon image " + image + " on the outer engine at " + outer.description()
                            + " but that engine does not have it, and an ID can't be pulled; name the image by its tag.",
                    null);
        }
        LOG.debug("Pulling {}", image);
        try {
            outer.images().pull(image.reference(), progress, cancellation);
        } catch (ImageProblem e) {
            throw new OuterEngineException(
                    "Tried to pull the daemon image " + image + ", which the outer engine at " + outer.description()
                            + " does not have, but that failed: " + e.getMessage()
                            + ". Check the name and the connection to the registry, or use DaemonImage.debian(\"trixie\").",
                    e);
        }
    }

    private static void build(
            OuterEngine outer, DaemonImage image, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        String localBase = LOCAL_BASE + image.buildSuite();
        String base = outer.images().find(localBase).isPresent() ? localBase : "debian:" + image.buildSuite() + "-slim";
        LOG.info("Building the daemon image {} from {}, which takes a minute or two the first time", image, base);
        try {
            outer.images()
                    .build(
                            image.reference(),
                            new ByteArrayInputStream(context()),
                            Map.of("BASE", base),
                            progress,
                            cancellation);
        } catch (ImageProblem e) {
            throw new OuterEngineException(
                    "Tried to build the daemon image " + image + " from " + base + " on the outer engine at "
                            + outer.description()
                            + " but that failed: " + e.getMessage()
                            + ". Check its connection to the registry and to Debian's packages, or name another image with image(..).",
                    e);
        }
    }

    /** Refuses an image for another machine; a wrong processor would show only late, by strange errors of the packet filter's tools. */
    private static void refuseOtherMachines(OuterEngine outer, DaemonImage image, ImageFacts facts) {
        String machine = outer.facts().architecture();
        String processor = facts.content().architecture();
        boolean otherProcessor = !processor.isEmpty() && !machine.isEmpty() && !processor.equals(machine);
        if (otherProcessor || facts.content().operatingSystem().equals("windows")) {
            throw new OuterEngineException(
                    "Tried to use the daemon image " + image + " but it is for "
                            + facts.content().platform() + " and the outer engine is linux/" + machine
                            + "; use an image for linux/" + machine + ".",
                    null);
        }
    }

    private static byte[] context() {
        return new TarArchive()
                .imageFile("Dockerfile", 0644, "Dockerfile")
                .imageFile("dind-init.sh", 0755, "dind-init.sh")
                .toBytes();
    }
}
