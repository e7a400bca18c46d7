package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.UnusualImages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that the outer engine builds our daemon image if the image is missing. */
@Timeout(600)
@ExtendWith(LeakCheck.class)
class DebianImageIT {

    /** An invented suite, so that the image is missing; its base image is that of trixie under another name. */
    private static final String SUITE = "test" + ProcessHandle.current().pid();

    private static final String BASE = "nested-docker-base:" + SUITE;

    private static final List<Progress> PROGRESS = new CopyOnWriteArrayList<>();
    private static EngineInfo engine;

    @BeforeAll
    static void buildAndStart() {
        Command.Outcome tag = Command.run("docker", "tag", "nested-docker-base:trixie", BASE);
        assumeThat(tag.exitCode())
                .as("there is no base image to build from, ./dev image makes it: %s", tag.output())
                .isZero();
        try (NestedDocker docker = NestedDocker.builder()
                .image(DaemonImage.debian(SUITE))
                .startupTimeout(Duration.ofMinutes(8))
                .progress(PROGRESS::add)
                .start()) {
            engine = docker.engine();
        }
    }

    @AfterAll
    static void removeTheImages() {
        UnusualImages.remove("nested-docker:" + SUITE);
        UnusualImages.remove(BASE);
    }

    @Test
    void theImageIsBuiltWhereItIsMissing() {
        assertThat(engine.version()).startsWith("26.");
    }

    @Test
    void theBuildReportsItsProgress() {
        assertThat(PROGRESS)
                .anyMatch(progress -> progress.status().startsWith("Step 1"))
                .anyMatch(progress -> progress.status().contains("docker.io"));
    }

    @Test
    void theImageStaysForTheNextStart() {
        assertThat(Command.run("docker", "image", "inspect", "nested-docker:" + SUITE)
                        .exitCode())
                .isZero();
    }
}
