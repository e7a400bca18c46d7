package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.DockerTools;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests {@code docker buildx build} with secrets and caches in an inner engine, with each image store. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class BuildxIT {

    private static final String SECRET = "never-to-be-seen-5f0c6c1e";

    private static final String WITH_A_SECRET = """
            FROM %s
            RUN --mount=type=secret,id=token tr a-z A-Z </run/secrets/token | md5sum >/fingerprint
            CMD ["cat", "/fingerprint"]
            """.formatted(TinyImage.NAME);

    private static final String WITH_A_CACHE = """
            FROM %s
            ARG BUILD
            RUN --mount=type=cache,target=/cache echo "$BUILD" >>/cache/builds && cp /cache/builds /builds
            CMD ["cat", "/builds"]
            """.formatted(TinyImage.NAME);

    @TempDir
    private static Path shared;

    private static DockerTools tools;

    @TempDir
    private Path context;

    /** Finds the tools once, before the first test. */
    @BeforeEach
    void findTools() {
        if (tools == null) {
            tools = DockerTools.in(shared);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecretReachesTheBuildAndIsKeptNowhere(InnerStore store) throws Exception {
        try (NestedDocker docker = store.daemon().images(TinyImage.NAME).start()) {
            Path secret = Files.writeString(context.resolve("token"), SECRET);
            String output = build(docker, WITH_A_SECRET, "--secret", "id=token,src=" + secret);

            assertThat(DockerCommand.run(docker.endpoint(), "run", "--rm", "built"))
                    .as("the sum of what the build read")
                    .startsWith(md5(SECRET.toUpperCase(Locale.ROOT)));
            assertThat(output).doesNotContainIgnoringCase(SECRET);
            assertThat(DockerCommand.run(docker.endpoint(), "history", "--no-trunc", "built"))
                    .contains("/run/secrets/token")
                    .doesNotContainIgnoringCase(SECRET);
            assertThat(String.join("\n", docker.logs())).doesNotContainIgnoringCase(SECRET);
            assertThat(filesWith(docker, SECRET)).isEmpty();
            assertThat(filesWith(docker, "/run/secrets/token"))
                    .as("the files that a search for other texts of the build finds")
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCacheFolderIsSeenByTheNextBuildAndTheNextDaemonOnTheVolume(InnerStore store) throws IOException {
        String name = "buildx-it-" + ProcessHandle.current().pid();
        DataRoot volume = DataRoot.volume(name);
        try {
            try (NestedDocker docker =
                    store.daemon().images(TinyImage.NAME).dataRoot(volume).start()) {
                assertThat(builds(docker, "first")).containsExactly("first");
                assertThat(builds(docker, "second")).containsExactly("first", "second");
            }
            try (NestedDocker docker =
                    store.daemon().images(TinyImage.NAME).dataRoot(volume).start()) {
                assertThat(builds(docker, "third")).containsExactly("first", "second", "third");
            }
        } finally {
            OuterTestEngine.client().removeVolumeCmd(name).exec();
        }
    }

    /** Only with the containerd image store can the engine's own builder export a cache. */
    @ParameterizedTest
    @EnumSource(names = "CONTAINERD")
    void layersInAFolderAreUsedByAnotherDaemon(InnerStore store) throws IOException {
        assumeThat(OuterTestEngine.hasImage(InnerStore.OFFICIAL_IMAGE)).isTrue();
        Path cache = context.resolve("cache");
        try (NestedDocker docker = store.daemon().images(TinyImage.NAME).start()) {
            assertThat(build(docker, WITH_A_CACHE, "--cache-to", "type=local,dest=" + cache))
                    .doesNotContain("CACHED");
        }
        try (NestedDocker docker = store.daemon().images(TinyImage.NAME).start()) {
            assertThat(build(docker, WITH_A_CACHE, "--cache-from", "type=local,src=" + cache))
                    .contains("CACHED");
        }
    }

    private List<String> builds(NestedDocker docker, String build) throws IOException {
        build(docker, WITH_A_CACHE, "--build-arg", "BUILD=" + build);
        return DockerCommand.run(docker.endpoint(), "run", "--rm", "built")
                .lines()
                .toList();
    }

    private String build(NestedDocker docker, String dockerfile, String... options) throws IOException {
        Path folder = Files.createDirectories(context.resolve("sources"));
        Files.writeString(folder.resolve("Dockerfile"), dockerfile);
        List<String> arguments = new ArrayList<>(List.of("buildx", "build", "--progress", "plain", "--tag", "built"));
        arguments.addAll(List.of(options));
        arguments.add(folder.toString());
        return tools.run(docker.endpoint(), arguments.toArray(new String[0]));
    }

    private static String md5(String text) throws GeneralSecurityException {
        byte[] sum = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sum);
    }

    /** Returns the files of the daemon container that contain a text, plain or compressed, except files of seeds. */
    private static List<String> filesWith(NestedDocker docker, String text) {
        String search = "find /var/lib /var/log /run /tmp -type f 2>/dev/null | while read -r file; do"
                + " if grep -q -F -i -e \"$1\" \"$file\" || gzip -d -c \"$file\" | grep -q -F -i -e \"$1\"; then"
                + " echo \"$file\"; fi; done 2>/dev/null";
        return docker.exec("sh", "-c", search, "sh", text).stdout().lines().toList();
    }
}
