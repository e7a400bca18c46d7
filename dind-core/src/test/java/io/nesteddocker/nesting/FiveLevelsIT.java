package io.nesteddocker.nesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that each of five daemons nested with {@code nest()} can be reached, and that they leave nothing. */
@Timeout(240)
@ExtendWith(LeakCheck.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FiveLevelsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static List<NestedDocker> levels = List.of();

    @BeforeAll
    static void start() {
        levels = FiveLevelsProgram.start();
    }

    @AfterAll
    static void close() {
        levels.stream().limit(1).forEach(NestedDocker::close);
    }

    @Test
    void eachRunsContainers() {
        for (NestedDocker level : levels) {
            assertThat(InnerContainers.output(level.client(), "echo", level.name()))
                    .isEqualTo(level.name());
        }
    }

    @Test
    void theApiOfEachIsItsOwn() {
        assertThat(levels)
                .extracting(level -> level.client().infoCmd().exec().getId())
                .doesNotHaveDuplicates()
                .hasSize(FiveLevelsProgram.DEPTH);
    }

    @Test
    void thePortOfAContainerOfEachIsReached() throws IOException {
        List<String> answers = new ArrayList<>();
        for (NestedDocker level : levels) {
            answers.add(FiveLevelsProgram.answer(level));
        }
        assertThat(answers).containsExactly("level 1", "level 2", "level 3", "level 4", "level 5");
    }

    @Test
    void theTreeShowsEachWithItsContainer() {
        assertThat(levels.get(0).topology().text().lines())
                .filteredOn(line -> line.contains("turtle ("))
                .hasSize(FiveLevelsProgram.DEPTH);
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void closingOneInTheMiddleLeavesNothingOfItInTheOneAround() {
        levels.get(2).close();
        NestedDocker around = levels.get(1);
        assertThatThrownBy(levels.get(4)::client).isInstanceOf(IllegalStateException.class);
        assertThat(around.client().listContainersCmd().withShowAll(true).exec())
                .extracting(container -> container.getNames()[0])
                .containsExactly("/turtle");
        assertThat(around.client().listVolumesCmd().exec().getVolumes())
                .extracting(InspectVolumeResponse::getName)
                .noneMatch(FiveLevelsIT::isAnonymous);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void closingTheTopLeavesNothingAtAll() {
        NestedDocker top = levels.get(0);
        List<String> volumes = dataRootOf(top.daemonContainerId());
        top.close();
        assertThat(OuterTestEngine.hasContainer(top.daemonContainerId())).isFalse();
        assertThat(volumes).isNotEmpty().noneMatch(OuterTestEngine::hasVolume);
    }

    @Test
    void nothingIsLeftOfAProgramThatIsKilled() {
        try (ChildJvm child = ChildJvm.start(FiveLevelsProgram.class)) {
            child.await("READY", Duration.ofMinutes(3));
            assertThat(child.output()).contains("ANSWER level 1", "ANSWER level 5");
            List<String> volumes = dataRootOf(child.await("CONTAINER"));
            child.signal("KILL");
            Set<String> left = Eventually.value(PATIENCE, () -> OuterTestEngine.leftoversOf(child.pid()), Set::isEmpty);
            assertThat(left).as(child::output).isEmpty();
            assertThat(volumes).isNotEmpty().noneMatch(OuterTestEngine::hasVolume);
        }
    }

    /** Returns the anonymous volumes, because a seed has a name and stays for the next daemon. */
    private static List<String> dataRootOf(String container) {
        return OuterTestEngine.volumesOf(container).stream()
                .filter(FiveLevelsIT::isAnonymous)
                .toList();
    }

    private static boolean isAnonymous(String volume) {
        return volume.matches("[0-9a-f]{64}");
    }
}
