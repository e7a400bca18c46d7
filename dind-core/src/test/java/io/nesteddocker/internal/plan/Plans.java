package io.nesteddocker.internal.plan;

import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.plan.ContainerPlan.SharedFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans for an imagined outer engine. */
final class Plans {

    static final Optional<SharedFolder> NO_FOLDER = Optional.empty();
    static final Optional<SharedFolder> FOLDER =
            Optional.of(new SharedFolder(Path.of("/tmp/nested-docker-1/2"), "/tmp/nested-docker-1/2", "1000"));

    private Plans() {}

    static List<String> flags(NestedDockerBuilder builder) {
        return flags(builder, Facts.local(), FOLDER);
    }

    /** What follows {@code dockerd} in the container's command. */
    static List<String> flags(NestedDockerBuilder builder, Facts facts, Optional<SharedFolder> folder) {
        List<String> command = plan(builder, facts, folder).command();
        return command.subList(1, command.size());
    }

    static ContainerPlan plan(NestedDockerBuilder builder) {
        return plan(builder, Facts.local(), FOLDER);
    }

    static ContainerPlan plan(NestedDockerBuilder builder, Facts facts, Optional<SharedFolder> folder) {
        boolean privileged = builder.spec().privilege().kind() == Privilege.Kind.PRIVILEGED;
        return ContainerPlanner.plan(
                builder.spec(),
                facts.facts(),
                "dind-1",
                Map.of("io.nesteddocker", "daemon"),
                privileged ? Privilege.privileged() : Privilege.leastPrivilege(),
                folder,
                Optional.empty(),
                1024);
    }
}
