package io.nesteddocker.internal.options;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.DataRoot;
import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that clashing options are found before the first request to the outer engine. */
class ClashesTest {

    @ParameterizedTest
    @CsvSource({
        "--host=tcp://0.0.0.0:2375, --host, use port(..) or insecurePort(..)",
        "-H=tcp://0.0.0.0:2375, -H, use port(..) or insecurePort(..)",
        "-H, -H, use port(..) or insecurePort(..)",
        "-Htcp://0.0.0.0:2375, -H, use port(..) or insecurePort(..)",
        "--tls, --tls, use port(..)",
        "--tls=false, --tls, use port(..)",
        "--tlsverify=false, --tlsverify, use port(..)",
        "--tlscacert=/a, --tlscacert, use port(..)",
        "--tlscert=/a, --tlscert, use port(..)",
        "--tlskey=/a, --tlskey, use port(..)",
        "--group=docker, --group, leave it out",
        "-Gdocker, -G, leave it out",
        "--config-file=/etc/docker/daemon.json, --config-file, use daemonArgs(..) with single flags",
        "--pidfile=/run/x, --pidfile, leave it out",
        "-p=/run/x, -p, leave it out",
        "--exec-root=/run/x, --exec-root, leave it out",
        "--containerd=/run/x.sock, --containerd, leave it out"
    })
    void aFlagThatTheLibrarySetsItselfIsRefused(String argument, String flag, String cure) {
        refused(NestedDocker.builder().daemonArgs(argument))
                .tried("start a nested daemon")
                .on("daemonArgs(\"" + flag)
                .because("clashes with the library's own " + flag)
                .cure(cure);
    }

    @Test
    void aListenerForAllBesideOneForTheCertificateIsRefused() {
        refused(NestedDocker.builder().insecurePort(0).listenOnNetworks())
                .tried("start a nested daemon")
                .on("listenOnNetworks()")
                .because("clashes with insecurePort(..)")
                .cure("use port(..)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-v", "--help", "-h", "--validate", "--validate=true", "--", "-"})
    void aFlagWithWhichNoDaemonRunsIsRefused(String argument) {
        refused(NestedDocker.builder().daemonArgs(argument))
                .tried("start a nested daemon")
                .on("daemonArgs(\"" + argument.replaceFirst("=.*", "") + "\")")
                .because("clashes with running a daemon")
                .cure("leave it out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--storage-driver=vfs", "-s=vfs", "-svfs"})
    void twoStorageDriversAreRefused(String argument) {
        refused(NestedDocker.builder().storageDriver(StorageDriver.OVERLAY2).daemonArgs(argument))
                .tried("start a nested daemon")
                .on("storageDriver(..)")
                .because("clashes with daemonArgs(\"--storage-driver")
                .cure("keep one of the two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--log-level=debug", "-l=debug", "-ldebug"})
    void twoLogLevelsAreRefused(String argument) {
        refused(NestedDocker.builder().logLevel("info").daemonArgs(argument))
                .tried("start a nested daemon")
                .on("logLevel(..)")
                .because("clashes with daemonArgs(\"--log-level")
                .cure("keep one of the two");
    }

    @Test
    void twoLowestVersionsOfTheApiAreRefusedInEitherOrder() {
        refused(NestedDocker.builder().minimumApiVersion("1.24").environment("DOCKER_MIN_API_VERSION", "1.41"))
                .tried("start a nested daemon")
                .on("minimumApiVersion(\"1.24\")")
                .because("clashes with environment(\"DOCKER_MIN_API_VERSION\", ..)")
                .cure("keep one of the two");
        refused(NestedDocker.builder()
                        .environment("DOCKER_MIN_API_VERSION", "1.41")
                        .minimumApiVersion("1.24"))
                .on("minimumApiVersion(\"1.24\")")
                .because("clashes with environment(\"DOCKER_MIN_API_VERSION\", ..)");
    }

    @Test
    void theSameLowestVersionOfTheApiGivenTwiceIsFine() {
        assertThatCode(() -> NestedDocker.builder()
                        .minimumApiVersion("1.24")
                        .environment("DOCKER_MIN_API_VERSION", "1.24")
                        .spec())
                .doesNotThrowAnyException();
    }

    @Test
    void aReusedDaemonHasNoNameOfItsOwn() {
        refused(NestedDocker.builder().reuse("project").name("mine"))
                .tried("start a nested daemon")
                .on("reuse(..)")
                .because("clashes with name(..)")
                .cure("leave out name(..)");
    }

    @Test
    void aReusedDaemonIsNotKept() {
        refused(NestedDocker.builder().reuse("project").keepRunning())
                .tried("start a nested daemon")
                .on("reuse(..)")
                .because("clashes with keepRunning()")
                .cure("keep one of the two");
    }

    @Test
    void aReusedDaemonHasNoNamedVolume() {
        refused(NestedDocker.builder().reuse("project").dataRoot(DataRoot.volume("mine")))
                .tried("start a nested daemon")
                .on("reuse(..)")
                .because("clashes with a named volume")
                .cure("use the default data root");
    }

    @Test
    void aSpareDaemonCannotHaveTheSamePort() {
        refused(NestedDocker.builder().reuse("project", Reuse.FRESH).port(4444))
                .tried("start a nested daemon")
                .on("reuse(.., Reuse.FRESH)")
                .because("clashes with a port with a fixed number")
                .cure("use port(0)");
        assertThatCode(() -> NestedDocker.builder()
                        .reuse("project", Reuse.FRESH)
                        .port(0)
                        .spec())
                .doesNotThrowAnyException();
    }

    @Test
    void twoWaysToSayAddressPoolsAreRefused() {
        refused(NestedDocker.builder()
                        .addressPool("10.200.0.0/16", 24)
                        .daemonArgs("--default-address-pool=base=10.201.0.0/16,size=24"))
                .tried("start a nested daemon")
                .on("addressPool(..)")
                .because("clashes with daemonArgs(\"--default-address-pool")
                .cure("keep one of the two");
    }

    @Test
    void twoDataRootsAreRefused() {
        refused(NestedDocker.builder().dataRoot(DataRoot.memory("1g")).daemonArgs("--data-root=/somewhere"))
                .tried("start a nested daemon")
                .on("dataRoot(..)")
                .because("clashes with daemonArgs(\"--data-root")
                .cure("keep one of the two");
    }

    @Test
    void aliasesOnANetworkThatKnowsNoNamesAreRefused() {
        refused(NestedDocker.builder().network("bridge", "alias"))
                .tried("start a nested daemon")
                .on("aliases [alias]")
                .because("clashes with the network bridge")
                .cure("use a network made with `docker network create`");
    }

    @Test
    void aDataRootThatMayFillAllMemoryIsRefused() {
        refused(NestedDocker.builder().dataRoot(DataRoot.memory("512m")).memory("512m"))
                .tried("start a nested daemon")
                .on("dataRoot(memory 536870912 bytes)")
                .because("clashes with memory(536870912 bytes)")
                .cure("give the daemon container more memory than its data root may fill");
    }

    @Test
    void aKeptDaemonWithoutANameIsRefused() {
        refused(NestedDocker.builder().keepRunning())
                .tried("start a nested daemon")
                .on("keepRunning()")
                .because("clashes with a daemon without a name")
                .cure("add name(..)");
    }

    @Test
    void aKeptDaemonInMemoryIsRefused() {
        refused(NestedDocker.builder().name("kept").keepRunning().dataRoot(DataRoot.memory("1g")))
                .tried("start a nested daemon")
                .on("keepRunning()")
                .because("clashes with a data root in memory")
                .cure("use DataRoot.volume(..)");
    }

    /** The start script reads these variables; {@code PORT}, for example, would open a port without TLS. */
    @ParameterizedTest
    @ValueSource(strings = {"PORT", "LOG", "DOCKER_DAEMON_ARGS", "DIND_LEASE", "DIND_STOP_TIMEOUT"})
    void aVariableOfTheStartScriptIsRefused(String variable) {
        refused(NestedDocker.builder().environment(variable, "4444"))
                .tried("start a nested daemon")
                .on("environment(\"" + variable + "\"")
                .because("clashes with");
    }

    @Test
    void clashesAreFoundBeforeTheOuterEngineIsLookedFor() {
        NestedDockerBuilder clashing =
                NestedDocker.builder().outer(URI.create("unix:///no/such.sock")).keepRunning();
        assertThatThrownBy(clashing::start).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--debug", "--mtu=1400", "--hosts-are-not-host=1", "--label=a=b", "--dns=192.0.2.1"})
    void otherFlagsAreFine(String argument) {
        assertThatCode(() -> NestedDocker.builder().daemonArgs(argument).spec()).doesNotThrowAnyException();
    }

    @Test
    void aDataRootInMemoryBelowTheLimitIsFine() {
        assertThatCode(() -> NestedDocker.builder()
                        .dataRoot(DataRoot.memory("256m"))
                        .memory("512m")
                        .spec())
                .doesNotThrowAnyException();
    }

    private static ErrorSentence refused(NestedDockerBuilder builder) {
        return ErrorSentence.of(catchThrowableOfType(IllegalStateException.class, builder::spec));
    }
}
