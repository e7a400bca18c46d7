package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.StandardError;
import io.nesteddocker.testing.TestRegistry;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests shared folders, mounts, extra hosts, certificates and name servers, as seen from inside the daemon. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class SharingIT {

    private static final String NETWORK = "it-sharing-" + OuterTestEngine.thisJvm();
    private static final String PASSWORD = "a password of this test";

    @TempDir
    private static Path shared;

    @TempDir
    private static Path readOnly;

    private static TestRegistry registry;
    private static NestedDocker docker;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        OuterTestEngine.client()
                .createNetworkCmd()
                .withName(NETWORK)
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .exec();
        OuterTestEngine.assumeSharedFolder();
        TlsMaterial tls = TlsMaterial.create(List.of("registry.test"));
        registry = TestRegistry.secured(NETWORK, tls, PASSWORD, "registry.test");
        docker = NestedDocker.builder()
                .network(NETWORK)
                .share(shared)
                .shareReadOnly(readOnly)
                .extraHost("build.example", "192.0.2.7")
                .caCertificate(Files.write(folder.resolve("ca.pem"), tls.caPem()))
                .registryCredentials(registry.name(), TestRegistry.USER, PASSWORD)
                .start();
        TinyImage.into(docker);
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable thing : new AutoCloseable[] {docker, registry}) {
            if (thing != null) {
                thing.close();
            }
        }
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    @Test
    void anInnerContainerReadsWhatTheProgramWroteIntoASharedFolder() throws IOException {
        Path below = Files.createDirectory(shared.resolve("below"));
        Files.writeString(below.resolve("letter"), "from outside");
        assertThat(inContainer(below, AccessMode.rw, "cat /mnt/letter")).isEqualTo("from outside");
    }

    @Test
    void theProgramReadsWhatAnInnerContainerWroteIntoASharedFolder() {
        inContainer(shared, AccessMode.rw, "echo from inside > /mnt/answer");
        assertThat(shared.resolve("answer")).hasContent("from inside\n");
    }

    @Test
    void nobodyInsideWritesToAFolderThatIsSharedReadOnly() {
        assertThat(inContainer(readOnly, AccessMode.rw, "touch /mnt/file")).contains("Read-only file system");
        assertThat(readOnly).isEmptyDirectory();
    }

    @Test
    void theDaemonContainerKnowsTheExtraHost() {
        assertThat(docker.exec("cat", "/etc/hosts").stdout())
                .containsPattern("(?m)^192\\.0\\.2\\.7\\s+build\\.example$");
    }

    @Test
    void theDaemonTrustsTheAuthorityForAnyRegistry() {
        String image = registry.image("any:1");
        assertThat(docker.exec("docker", "tag", TinyImage.NAME, image).exitCode())
                .isZero();
        ExecResult push = docker.exec("docker", "push", image);
        assertThat(push.exitCode()).as(push.toString()).isZero();
    }

    @Test
    void aMountOfAnUnsharedFolderIsWarnedAboutOnce(@TempDir Path unshared) {
        String warned = StandardError.of(() -> {
            inContainer(unshared, AccessMode.rw, "true");
            inContainer(unshared, AccessMode.rw, "true");
        });
        assertThat(warned).containsOnlyOnce("An inner container mounts " + unshared + ", but");
    }

    @Test
    void aMountOfASharedFolderIsNotWarnedOf() {
        assertThat(StandardError.of(() -> inContainer(shared.resolve("new"), AccessMode.rw, "true")))
                .doesNotContain("An inner container mounts");
    }

    @Test
    void nameServersAreThoseOfInnerContainersToo() {
        try (NestedDocker other =
                NestedDocker.builder().dns("192.0.2.53", "192.0.2.54").start()) {
            TinyImage.into(other);
            assertThat(InnerContainers.output(other.client(), "grep", "nameserver", "/etc/resolv.conf"))
                    .isEqualTo("nameserver 192.0.2.53\nnameserver 192.0.2.54");
        }
    }

    @Test
    void aDaemonThatLacksTheFolderCanNotShareIt(@TempDir Path other) {
        ErrorSentence.of(catchThrowableOfType(
                        OuterEngineException.class,
                        () -> NestedDocker.builder()
                                .outer(docker.client())
                                .share(other)
                                .start()
                                .close()))
                .tried("share the folder")
                .on(other.toString())
                .because("nested daemon that does not have the folder itself")
                .cure("share the folder with that daemon, too");
    }

    @Test
    void aDaemonThatMayOnlyReadTheFolderCanNotShareItForWriting() {
        ErrorSentence.of(catchThrowableOfType(
                        OuterEngineException.class,
                        () -> NestedDocker.builder()
                                .outer(docker.client())
                                .share(readOnly)
                                .start()
                                .close()))
                .tried("share the folder")
                .on(readOnly.toString())
                .because("may only read the folder")
                .cure("use shareReadOnly(..)");
    }

    /** A program in a container with the outer engine's socket has the same problem: its path names another folder there. */
    @Test
    void anotherFolderOfTheSameNameIsNotTakenForTheProgramsOwn(@TempDir Path mine, @TempDir Path other) {
        Command.Outcome unshare = Command.run("unshare", "--mount", "true");
        assumeThat(unshare.exitCode())
                .as("the exit code of \"unshare --mount true\", which said: " + unshare.output())
                .isZero();
        List<String> command = new ArrayList<>(List.of(
                "unshare", "--mount", "sh", "-c", "mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"", "sh"));
        command.add(mine.toString());
        command.add(other.toString());
        command.addAll(Command.jvm(SharingProgram.class, other.toString()));

        Command.Outcome outcome = Command.run(command.toArray(String[]::new));

        assertThat(outcome.output())
                .contains("REFUSED Tried to share the folder " + other)
                .contains("that engine has another folder of the same name");
    }

    private static String inContainer(Path folder, AccessMode mode, String script) {
        HostConfig mounted =
                HostConfig.newHostConfig().withBinds(new Bind(folder.toString(), new Volume("/mnt"), mode));
        return InnerContainers.output(docker.client(), request -> request.withHostConfig(mounted), "sh", "-c", script);
    }
}
