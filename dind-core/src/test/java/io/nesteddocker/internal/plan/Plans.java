package io.nesteddocker.internal.plan;

import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.Privilege;
import io.nesteddocker.Specs;
import io.nesteddocker.internal.plan.ContainerPlan.SocketFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates plans for an imaginary outer engine. */
final class Plans {

    static final Optional<SocketFolder> NO_FOLDER = Optional.empty();
    static final Optional<SocketFolder> FOLDER =
            Optional.of(new SocketFolder(Path.of("/tmp/nested-docker-1/2"), "/tmp/nested-docker-1/2", "1000"));

    private Plans() {}

    static List<String> flags(NestedDockerBuilder builder) {
        return flags(builder, Facts.local(), FOLDER);
    }

    /** Returns the flags, which follow {@code dockerd} in the container's command. */
    static List<String> flags(NestedDockerBuilder builder, Facts facts, Optional<SocketFolder> folder) {
        List<String> command = plan(builder, facts, folder).program().arguments();
        return command.subList(1, command.size());
    }

    static ContainerPlan plan(NestedDockerBuilder builder) {
        return plan(builder, Facts.local(), FOLDER);
    }

    static ContainerPlan plan(NestedDockerBuilder builder, String name) {
        return plan(builder, Facts.local(), FOLDER, name);
    }

    static ContainerPlan plan(NestedDockerBuilder builder, Facts facts, Optional<SocketFolder> folder) {
        return plan(builder, facts, folder, "dind-1");
    }

    private static ContainerPlan plan(
            NestedDockerBuilder builder, Facts facts, Optional<SocketFolder> folder, String name) {
        boolean privileged = Specs.options(builder).container().privilege().kind() == Privilege.Kind.PRIVILEGED;
        return ContainerPlanner.plan(
                Specs.options(builder),
                facts.facts(),
                name,
                Map.of("io.nesteddocker", "daemon"),
                privileged ? Privilege.privileged() : Privilege.leastPrivilege(),
                folder,
                Optional.empty(),
                1024);
    }
}
