package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testkit.testcontainers.NestedTestcontainers;

/** A program that uses Testcontainers only inside, and has not disabled Ryuk. */
final class RyukProgram {

    private RyukProgram() {}

    public static void main(String... none) {
        try (NestedDocker docker = NestedDocker.builder().start();
                NestedTestcontainers inside = NestedTestcontainers.use(docker);
                WebContainer web = WebContainer.started("inside")) {
            System.out.println("PAGE " + web.page());
            System.out.println(
                    "INSIDE " + docker.client().listContainersCmd().exec().size());
            System.out.println("RYUK "
                    + OuterTestEngine.client().listContainersCmd().withShowAll(true).exec().stream()
                            .filter(container -> container.getImage().contains("ryuk"))
                            .count());
        }
        System.exit(0);
    }
}
