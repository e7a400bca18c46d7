package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.pool.EngineLimits;
import io.nesteddocker.pool.Lease;
import io.nesteddocker.pool.NestedDockerPool;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the Java blocks of docs/scaling.md, with two daemons as the outer engines. */
class ScalingSnippetsIT {

    @Test
    void aPoolUsesSeveralEngines() {
        try (NestedDocker first = engine();
                NestedDocker second = engine()) {
            List<String> names =
                    use(first.endpoint().dockerHost(), second.endpoint().dockerHost());

            assertThat(names).hasSize(2).doesNotHaveDuplicates();
        }
    }

    private static NestedDocker engine() {
        return NestedDocker.builder()
                .images(DaemonImage.defaultImage().reference())
                .start();
    }

    private static List<String> use(URI first, URI second) {
        List<String> names = new ArrayList<>();
        // tag::outers[]
        NestedDockerSpec spec = NestedDocker.builder().spec();
        try (NestedDockerPool pool = NestedDockerPool.builder(spec)
                .outers(first)
                .outer(second, EngineLimits.automatic().maxDaemons(12))
                .warm(2)
                .build()) {
            try (Lease one = pool.lease();
                    Lease another = pool.lease()) {
                names.add(one.docker().name());
                names.add(another.docker().name());
            }
        }
        // end::outers[]
        return names;
    }
}
