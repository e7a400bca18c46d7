package io.nesteddocker;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ApiSurface;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the public API with a golden file, so that each change of the API is deliberate and visible in a review. */
class ApiSurfaceTest {

    private static final Path GOLDEN = Path.of("api.txt");

    private static final String REWRITE = "./dev api";

    private static final Pattern NAMES_IN_FULL = Pattern.compile("\\b[a-z]\\w*(?:\\.[a-z]\\w*)*\\.[A-Z]\\w*");

    private static final Pattern ALLOWED = Pattern.compile(
            "javax?\\..*|io\\.nesteddocker\\.(?:pool\\.)?[A-Z]\\w*|com\\.github\\.dockerjava\\.api\\..*");

    @Test
    void theSurfaceIsTheOneInTheGoldenFile() throws IOException {
        String surface = surface();
        if (Boolean.getBoolean("api.rewrite")) {
            Files.writeString(GOLDEN, surface);
        }
        assertThat(GOLDEN).as("the golden file; write it with " + REWRITE).exists();
        assertThat(surface)
                .as(
                        "the public surface against %s; where the change is meant, run %s and review the difference",
                        GOLDEN, REWRITE)
                .isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void signaturesNameOnlyTypesThatUsersCanSee() {
        Set<String> strangers = new TreeSet<>();
        for (Class<?> type : ApiSurface.types()) {
            for (String signature : ApiSurface.describe(type)) {
                NAMES_IN_FULL
                        .matcher(signature)
                        .results()
                        .map(match -> match.group())
                        .filter(name -> !ALLOWED.matcher(name).matches())
                        .map(name -> name + " in " + type.getSimpleName() + ": " + signature.strip())
                        .forEach(strangers::add);
            }
        }
        assertThat(strangers).isEmpty();
    }

    @Test
    void thePublicPackagesAloneAreExported() {
        assertThat(ApiSurface.module().exports().stream()
                        .map(ModuleDescriptor.Exports::toString)
                        .collect(toSet()))
                .containsExactlyInAnyOrder("io.nesteddocker", "io.nesteddocker.pool");
    }

    private static String surface() {
        return ApiSurface.types().stream()
                .map(type -> String.join("\n", ApiSurface.describe(type)))
                .collect(joining("\n\n", "", "\n"))
                .replace("java.lang.", "")
                .replace("io.nesteddocker.", "");
    }
}
