package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ResponseItem;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.registry.RegistryLogins;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The outer engine's images. Thread-safe. */
public final class OuterImages {

    private final DockerClient client;

    OuterImages(DockerClient client) {
        this.client = client;
    }

    /**
     * What an image says of itself.
     *
     * @param id its identity
     * @param operatingSystem what it runs on, such as {@code linux}
     * @param architecture the processors that it runs on, such as {@code amd64}
     * @param labels its labels
     * @param tags all its names with a tag
     * @param digests all its names with a repository digest
     * @param layers its layers' digests before compression, lowest first
     * @param sizeInBytes the size of all layers as the engine counts it
     * @param fingerprint a digest of what a container of it gets
     */
    public record ImageFacts(
            String id,
            String operatingSystem,
            String architecture,
            Map<String, String> labels,
            List<String> tags,
            List<String> digests,
            List<String> layers,
            long sizeInBytes,
            String fingerprint) {

        /** Takes over what an engine answered. */
        public static ImageFacts of(InspectImageResponse image) {
            Map<String, String> labels =
                    image.getConfig() == null ? null : image.getConfig().getLabels();
            List<String> layers =
                    image.getRootFS() == null ? null : image.getRootFS().getLayers();
            return new ImageFacts(
                    Objects.requireNonNullElse(image.getId(), ""),
                    Objects.requireNonNullElse(image.getOs(), ""),
                    Objects.requireNonNullElse(image.getArch(), ""),
                    Objects.requireNonNullElse(labels, Map.of()),
                    Objects.requireNonNullElse(image.getRepoTags(), List.of()),
                    Objects.requireNonNullElse(image.getRepoDigests(), List.of()),
                    Objects.requireNonNullElse(layers, List.of()),
                    Objects.requireNonNullElse(image.getSize(), 0L),
                    ImageFingerprint.of(image));
        }

        /** Takes over what an image's configuration says; throws an {@link IOException} where it is none. */
        public static ImageFacts ofConfiguration(String id, byte[] json) throws IOException {
            return of(ImageFingerprint.read(json).withId(id));
        }
    }

    /** Reads an image with its layers as an archive; the caller closes it. */
    public InputStream save(String reference) {
        return client.saveImageCmd(reference).exec();
    }

    /** The value of a variable in an image's environment; empty where it has none of that name. */
    public Optional<String> variable(String reference, String name) {
        InspectImageResponse image = client.inspectImageCmd(reference).exec();
        String[] variables =
                image.getConfig() == null ? null : image.getConfig().getEnv();
        return Arrays.stream(Objects.requireNonNullElse(variables, new String[0]))
                .filter(variable -> variable.startsWith(name + "="))
                .map(variable -> variable.substring(name.length() + 1))
                .findFirst();
    }

    /** Looks an image up without asking a registry. */
    public Optional<ImageFacts> find(String reference) {
        try {
            return Optional.of(ImageFacts.of(client.inspectImageCmd(reference).exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Pulls one image for the engine's own platform; see {@link #pull(String, String, ProgressListener, Cancellation)}. */
    public void pull(String reference, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        pull(reference, "", progress, cancellation);
    }

    /**
     * Pulls one image from its registry, with the credentials that the user's Docker configuration has for it.
     *
     * @param platform what it shall run on, such as {@code linux/amd64}, or empty for the engine's own
     * @throws ImageProblem with the engine's words where that fails
     */
    public void pull(String reference, String platform, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        String oneTag = reference.contains("@")
                        || reference.substring(reference.lastIndexOf('/') + 1).contains(":")
                ? reference
                : reference + ":latest";
        PullImageCmd request = client.pullImageCmd(oneTag);
        if (!platform.isEmpty()) {
            request.withPlatform(platform);
        }
        RegistryLogins.ofThisProcess().find(reference).ifPresent(request::withAuthConfig);
        follow(request.exec(new Follower<>(reference, progress)), cancellation);
    }

    /** Builds an image from a context; throws an {@link ImageProblem} with the engine's words where that fails. */
    public void build(
            String tag,
            InputStream contextTar,
            Map<String, String> arguments,
            ProgressListener progress,
            Cancellation cancellation)
            throws InterruptedException {
        var build = client.buildImageCmd(contextTar)
                .withTags(Set.of(tag))
                .withRemove(true)
                .withForcerm(true);
        arguments.forEach(build::withBuildArg);
        follow(build.exec(new Follower<>(tag, progress)), cancellation);
    }

    private static <T extends ResponseItem> void follow(Follower<T> follower, Cancellation cancellation)
            throws InterruptedException {
        Cancellation.Registration registration = cancellation.onCancel(follower::cancel);
        try {
            follower.awaitEnd();
        } catch (RuntimeException e) {
            cancellation.throwIfCancelled();
            GuardedListener.rethrow(e);
            throw new ImageProblem(follower.problem.isEmpty() ? Reason.of(e) : follower.problem, e);
        } finally {
            registration.close();
        }
        cancellation.throwIfCancelled();
        if (!follower.problem.isEmpty()) {
            throw new ImageProblem(follower.problem, null);
        }
    }

    /** An error from inside a stream of build or pull messages, which the engine sends after it has said that all is well. */
    private static final class Follower<T extends ResponseItem> extends EngineStream<T> {

        private final String subject;
        private final ProgressListener progress;
        private volatile String problem = "";

        Follower(String subject, ProgressListener progress) {
            this.subject = subject;
            this.progress = progress;
        }

        @Override
        public void onNext(T item) {
            if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
                problem = item.getErrorDetail().getMessage();
                return;
            }
            String status = Objects.requireNonNullElse(
                            item.getStream() == null ? item.getStatus() : item.getStream(), "")
                    .strip();
            if (!status.isEmpty()) {
                var detail = item.getProgressDetail();
                long done = detail == null || detail.getCurrent() == null ? 0 : detail.getCurrent();
                long total = detail == null || detail.getTotal() == null ? 0 : detail.getTotal();
                progress.onProgress(new Progress(
                        item.getId() == null ? subject : subject + " " + item.getId(), status, done, total));
            }
        }

        void cancel() {
            try {
                close();
            } catch (IOException e) {
                onError(e);
            }
        }
    }
}
