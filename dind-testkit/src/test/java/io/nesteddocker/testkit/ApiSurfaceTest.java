package io.nesteddocker.testkit;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ApiSurface;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the public API with a golden file, so that each change of the API is deliberate and visible in a review. */
class ApiSurfaceTest {

    private static final Path GOLDEN = Path.of("api.txt");

    @Test
    void theSurfaceIsTheOneInTheGoldenFile() throws IOException {
        String surface = ApiSurface.types().stream()
                .map(type -> String.join("\n", ApiSurface.describe(type)))
                .collect(joining("\n\n", "", "\n"))
                .replace("java.lang.", "")
                .replace("io.nesteddocker.testkit.", "")
                .replace("org.junit.jupiter.api.extension.", "");
        if (Boolean.getBoolean("api.rewrite")) {
            Files.writeString(GOLDEN, surface);
        }
        assertThat(GOLDEN).as("the golden file; write it with ./dev api").exists();
        assertThat(surface)
                .as("the public surface; where a change is meant, run ./dev api and review the difference")
                .isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void thePublicPackagesAloneAreExported() {
        assertThat(ApiSurface.module().exports().stream().map(ModuleDescriptor.Exports::toString))
                .containsExactlyInAnyOrder(
                        "io.nesteddocker.testkit",
                        "io.nesteddocker.testkit.assertj",
                        "io.nesteddocker.testkit.testcontainers");
    }
}
