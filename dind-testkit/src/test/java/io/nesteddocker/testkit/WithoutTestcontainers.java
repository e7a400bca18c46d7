package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.testcontainers.NestedTestcontainers;
import org.junit.jupiter.api.Test;

/** A program with the testkit but without Testcontainers. */
final class WithoutTestcontainers {

    private WithoutTestcontainers() {}

    public static void main(String... none) {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            NestedTestcontainers.use(docker);
        } catch (IllegalStateException e) {
            System.out.println("USE " + e.getMessage());
        }
        System.out.println(
                "ANNOTATION " + Launches.failureOf(Launches.of(Cases.class)).getMessage());
        Launches.passed(Launches.of(PlainCases.class));
        System.out.println("KIT works");
    }

    @WithNestedDocker(testcontainers = true)
    static class Cases {

        @Test
        void neverRuns() {
            throw new AssertionError("ran");
        }
    }

    @WithNestedDocker
    static class PlainCases {

        @Test
        void runs(NestedDocker docker) {
            docker.client().pingCmd().exec();
        }
    }
}
