package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.Arrays;
import java.util.List;

/** Asserts on which engine a container is, by the container lists of all engines. */
final class ContainerPlace {

    private ContainerPlace() {}

    static void assertOutsideOnly(String id, NestedDocker... daemons) {
        assertThat(containersOf(OuterTestEngine.client())).contains(id);
        for (NestedDocker docker : daemons) {
            assertThat(containersOf(docker.client())).doesNotContain(id);
        }
    }

    static void assertInsideOnly(String id, NestedDocker docker, NestedDocker... others) {
        assertThat(containersOf(docker.client())).contains(id);
        assertNowhere(id, others);
    }

    static void assertNowhere(String id, NestedDocker... daemons) {
        assertThat(containersOf(OuterTestEngine.client())).doesNotContain(id);
        Arrays.stream(daemons)
                .forEach(docker -> assertThat(containersOf(docker.client())).doesNotContain(id));
    }

    /** Returns whether a daemon has not been closed. */
    static boolean isOpen(NestedDocker docker) {
        try {
            docker.client();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static List<String> containersOf(DockerClient engine) {
        return engine.listContainersCmd().withShowAll(true).exec().stream()
                .map(Container::getId)
                .toList();
    }
}
