package io.nesteddocker.examples.cleaner;

import static io.nesteddocker.testkit.assertj.NestedDockerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.DaemonName;
import io.nesteddocker.testkit.EngineMatrix;
import io.nesteddocker.testkit.WithNestedDocker;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the cleaner on engines that exist only for these tests. */
// tag::class[]
@WithNestedDocker(shared = true, images = CleanerIT.IMAGE)
class CleanerIT {
    // end::class[]

    /** The image that {@code ./dev image} makes; in another project this would be an image such as alpine:3.20. */
    static final String IMAGE = "nested-docker-test:tiny";

    private static final Clock IN_TWO_DAYS = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));

    // tag::test[]
    @Test
    void removesWhatWasOverLongAgo(NestedDocker docker) {
        run(docker.client(), "old");
        start(docker.client(), "web");

        Report report = new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual());

        assertThat(docker)
                .hasRunningContainer("web")
                .doesNotHaveContainer("old")
                .hasImage(IMAGE);
        assertThat(report.containers()).containsExactly("old");
    }
    // end::test[]

    @Test
    void keepsWhatIsProtected(NestedDocker docker) {
        DockerClient inner = docker.client();
        String id = inner.createContainerCmd(IMAGE)
                .withName("precious")
                .withCmd("true")
                .withLabels(Map.of("keep", ""))
                .exec()
                .getId();
        inner.startContainerCmd(id).exec();
        inner.waitContainerCmd(id).start().awaitStatusCode();

        new Cleaner(inner, IN_TWO_DAYS).clean(Policy.usual());

        assertThat(docker).hasContainer("precious").hasImage(IMAGE);
    }

    @Test
    void removesImagesThatNobodyUses(NestedDocker docker) {
        Report kept =
                new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual().keepingImages(IMAGE));
        assertThat(kept.images()).isEmpty();
        assertThat(docker).hasImage(IMAGE);

        Report report = new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual());
        assertThat(report.images()).containsExactly(IMAGE);
        assertThat(docker).hasNoImages();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 30})
    void leavesWhatIsNotOldEnough(int days, NestedDocker docker) {
        run(docker.client(), "recent");

        new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual().stoppedFor(Duration.ofDays(days)));

        assertThat(docker).hasContainer("recent");
    }

    @Test
    void tellsOnlyWhatWouldGo(NestedDocker docker) {
        run(docker.client(), "old");

        Report report =
                new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual().asDryRun());

        assertThat(report.containers()).containsExactly("old");
        assertThat(docker).hasContainer("old").hasImage(IMAGE);
    }

    // tag::names[]
    @Test
    @WithNestedDocker(name = "other", images = IMAGE)
    void touchesNoEngineButItsOwn(DockerClient mine, @DaemonName("other") NestedDocker other) {
        run(other.client(), "old");

        new Cleaner(mine, IN_TWO_DAYS).clean(Policy.usual());

        assertThat(other).hasContainer("old");
    }
    // end::names[]

    // tag::matrix[]
    @EngineMatrix({"26.1", "newest"})
    @WithNestedDocker(images = IMAGE)
    void worksWithEveryEngine(NestedDocker docker, EngineInfo engine) {
        run(docker.client(), "old");

        new Cleaner(docker.client(), IN_TWO_DAYS).clean(Policy.usual());

        assertThat(docker).as("engine %s", engine.version()).hasNoContainers().hasNoImages();
    }
    // end::matrix[]

    private static void run(DockerClient inner, String name) {
        String id = create(inner, name, "true");
        inner.waitContainerCmd(id).start().awaitStatusCode();
    }

    private static void start(DockerClient inner, String name) {
        create(inner, name, "sleep", "1000");
    }

    private static String create(DockerClient inner, String name, String... command) {
        CreateContainerCmd request =
                inner.createContainerCmd(IMAGE).withName(name).withCmd(command);
        String id = request.exec().getId();
        inner.startContainerCmd(id).exec();
        return id;
    }
}
