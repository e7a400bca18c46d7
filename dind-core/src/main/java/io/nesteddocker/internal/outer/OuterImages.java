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
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.registry.ImageReference;
import io.nesteddocker.internal.registry.StoredCredentials;
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
     * An image in an engine.
     *
     * @param id its ID
     * @param tags all its names with a tag
     * @param digests all its names with a repository digest
     */
    public record ImageFacts(String id, List<String> tags, List<String> digests, ImageContent content) {

        /** Creates the facts from an engine's answer. */
        public static ImageFacts of(InspectImageResponse image) {
            return new ImageFacts(
                    Objects.requireNonNullElse(image.getId(), ""),
                    Objects.requireNonNullElse(image.getRepoTags(), List.of()),
                    Objects.requireNonNullElse(image.getRepoDigests(), List.of()),
                    ImageContent.of(image));
        }

        /** Looks an image up in an engine. */
        public static Optional<ImageFacts> find(DockerClient engine, String reference) {
            try {
                return Optional.of(of(engine.inspectImageCmd(reference).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        }

        /** Creates the facts from an image's configuration. Throws an {@link IOException} if the text is not a configuration. */
        public static ImageFacts ofConfiguration(String id, byte[] json) throws IOException {
            return of(ImageFingerprint.read(json).withId(id));
        }
    }

    /** Returns the value of a variable in an image's environment, or empty if it has no such variable. */
    public Optional<String> variable(String reference, String name) {
        InspectImageResponse image = client.inspectImageCmd(reference).exec();
        String[] variables =
                image.getConfig() == null ? null : image.getConfig().getEnv();
        return Arrays.stream(Objects.requireNonNullElse(variables, new String[0]))
                .filter(variable -> variable.startsWith(name + "="))
                .map(variable -> variable.substring(name.length() + 1))
                .findFirst();
    }

    /** Finds an image without asking a registry. */
    public Optional<ImageFacts> find(String reference) {
        return ImageFacts.find(client, reference);
    }

    /** Pulls one image for the engine's own platform; see {@link #pull(String, String, ProgressListener, Cancellation)}. */
    public void pull(String reference, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        pull(reference, "", progress, cancellation);
    }

    /**
     * Pulls one image from its registry, with the credentials that the user's Docker configuration has for it.
     *
     * @param platform the platform of the image, such as {@code linux/amd64}, or empty for the engine's own
     * @throws ImageProblem with the engine's message if the pull fails
     */
    public void pull(String reference, String platform, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        ImageReference parsed = ImageReference.parse(reference);
        // If an engine with the containerd image store is asked for a tag and a digest, it keeps both as one name.
        PullImageCmd request =
                client.pullImageCmd(parsed.digested().or(parsed::tagged).orElse(reference));
        if (!platform.isEmpty()) {
            request.withPlatform(platform);
        }
        StoredCredentials.ofThisProcess().find(reference).ifPresent(request::withAuthConfig);
        follow(request.exec(new Follower<>(reference, progress)), cancellation);
    }

    /** Builds an image from a context. Throws an {@link ImageProblem} with the engine's message if the build fails. */
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
        follower.throwIfFailed();
    }

    private static final class Follower<T extends ResponseItem> extends ImageAnswers<T> {

        private final String subject;
        private final ProgressListener progress;

        Follower(String subject, ProgressListener progress) {
            this.subject = subject;
            this.progress = progress;
        }

        @Override
        void accept(T item) {
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
    }
}
