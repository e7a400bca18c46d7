package io.nesteddocker.examples.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.pool.Lease;
import io.nesteddocker.pool.NestedDockerPool;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Uses a pool without the testkit, as programs and other test frameworks can. */
class CleanerWithAPoolIT {

    @Test
    void eachLeaseIsABlankEngineWithTheImage() {
        List<Report> reports =
                cleanWith(List.of(Policy.usual(), Policy.usual().keepingImages(CleanerIT.IMAGE), Policy.usual()));

        assertThat(reports)
                .extracting(Report::images)
                .containsExactly(List.of(CleanerIT.IMAGE), List.of(), List.of(CleanerIT.IMAGE));
    }

    private static List<Report> cleanWith(List<Policy> policies) {
        List<Report> reports = new ArrayList<>();
        // tag::pool[]
        NestedDockerSpec spec = NestedDocker.builder().images(CleanerIT.IMAGE).spec();
        try (NestedDockerPool pool = NestedDockerPool.builder(spec).warm(1).build()) {
            for (Policy policy : policies) {
                try (Lease lease = pool.lease()) {
                    Cleaner cleaner = new Cleaner(lease.docker().client(), Clock.systemUTC());
                    reports.add(cleaner.clean(policy));
                }
            }
        }
        // end::pool[]
        return reports;
    }
}
