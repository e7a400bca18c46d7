package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a program can close a daemon before the daemon inside it, with at most one warning and without a stack trace. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class CloseOrderIT {

    /** The way in which the daemon inside is given its outer engine. */
    enum Way {
        NESTED,
        BY_CLIENT,
        BY_ADDRESS
    }

    /** Closes the outer daemon first, then the one inside. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            String image = DaemonImage.defaultImage().reference();
            NestedDocker around = NestedDocker.builder().images(image).start();
            NestedDocker inside = inside(around, Way.valueOf(args[0]));
            inside.client().infoCmd().exec();
            around.close();
            System.out.println("CLOSED around");
            inside.close();
            System.out.println("CLOSED inside");
        }

        private static NestedDocker inside(NestedDocker around, Way way) {
            return switch (way) {
                case NESTED -> around.nest().start();
                case BY_CLIENT -> NestedDocker.builder().outer(around.client()).start();
                case BY_ADDRESS ->
                    NestedDocker.builder().outer(around.endpoint().dockerHost()).start();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheOuterDaemonFirstLogsNoStackTrace(Way way) {
        try (ChildJvm child = ChildJvm.start(Program.class, way.name())) {
            child.await("CLOSED inside");
            assertThat(child.awaitEnd()).as(child.output()).isZero();
            List<String> lines = child.output().lines().toList();
            assertThat(lines).noneMatch(line -> line.matches("\\s+at .*|Caused by: .*|.* ERROR .*"));
            assertThat(lines).filteredOn(line -> line.contains(" WARN ")).hasSizeLessThanOrEqualTo(1);
        }
    }
}
