package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a setter refuses an invalid value, with a message that contains the value and says what is valid. */
class BuilderRefusalsTest {

    private final NestedDockerBuilder builder = NestedDocker.builder();

    /** A call that must be refused. */
    private interface Call {
        void run();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aPortOutOfRange(int port) {
        refused(() -> builder.port(port))
                .tried("use the port")
                .on(String.valueOf(port))
                .because("ports are numbers from 1 to 65535")
                .cure("0 for any free port");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void anInsecurePortOutOfRange(int port) {
        refused(() -> builder.insecurePort(port))
                .tried("use the port")
                .on(String.valueOf(port))
                .because("ports are numbers from 1 to 65535")
                .cure("0 for any free port");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535})
    void aPortInRangeIsFine(int port) {
        assertThatCode(() -> builder.port(port)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lots", "-5m", "1.5g", "10t"})
    void aMemorySizeThatMakesNoSense(String size) {
        refused(() -> builder.memory(size))
                .tried("read the memory size")
                .on("\"" + size + "\"")
                .because("it is not a size")
                .cure("such as 512m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "63m", "64000k"})
    void lessMemoryThanADaemonNeeds(String size) {
        refused(() -> builder.memory(size))
                .tried("limit the daemon container's memory")
                .on("\"" + size + "\"")
                .because("dockerd and containerd alone need more")
                .cure("give at least 64m");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 0.001, Double.NaN, Double.POSITIVE_INFINITY})
    void aNumberOfProcessorsThatMakesNoSense(double cpus) {
        refused(() -> builder.cpus(cpus))
                .tried("limit the daemon container")
                .on(String.valueOf(cpus))
                .because("a number from 0.01 up")
                .cure("such as 1.5");
    }

    @Test
    void moreProcessorsThanAnyMachineHas() {
        refused(() -> builder.cpus(10_001))
                .tried("limit the daemon container")
                .on("10001.0")
                .because("a number from 0.01 up to 10000")
                .cure("such as 1.5");
    }

    @ParameterizedTest
    @ValueSource(longs = {4_194_305, Long.MAX_VALUE})
    void moreProcessesThanLinuxHas(long pids) {
        refused(() -> builder.pidsLimit(pids))
                .tried("limit the daemon container")
                .on(String.valueOf(pids))
                .because("no Linux has more than 4194304")
                .cure("give at least 100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/8",
                "0.0.0.0/0",
                "127.0.0.0/8",
                "127.10.0.0/16",
                "169.254.0.0/16",
                "224.0.0.0/8",
                "240.0.0.0/8"
            })
    void anAddressPoolThatNoNetworkCanHave(String base) {
        refused(() -> builder.addressPool(base, 24))
                .tried("use the address pool")
                .on(base)
                .because("which a network can't use")
                .cure("give a private range such as 10.200.0.0/16");
    }

    @Test
    void aVariableWithANulInIt() {
        refused(() -> builder.environment("NAME", "a\0b"))
                .tried("set the environment variable")
                .on("\"NAME\"")
                .because("has a NUL in it")
                .cure("leave out the NUL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "-a",
                "a..b",
                "a_long_label_of_more_than_sixty-three_characters_is_no_name_of_dns.test",
                "größe",
                "a/b"
            })
    void anAliasThatIsNoNameOfDns(String alias) {
        refused(() -> builder.network("mine", "fine", alias))
                .tried("name the daemon container")
                .on("\"" + alias + "\" on the outer network mine")
                .because("not a DNS name")
                .cure("such as docker.internal");
    }

    @Test
    void aNameThatIsTooLong() {
        refused(() -> builder.name("x".repeat(129)))
                .tried("name the daemon container")
                .on("x".repeat(129))
                .because("at least two and at most 128")
                .cure("such as ci-docker");
        assertThatCode(() -> builder.name("x".repeat(128))).doesNotThrowAnyException();
    }

    @Test
    void portAndInsecurePortTogether() {
        Throwable refusal = catchThrowableOfType(
                IllegalStateException.class,
                () -> builder.port(1).insecurePort(2).spec());
        ErrorSentence.of(refusal)
                .tried("start a nested daemon")
                .on("port(..)")
                .because("clashes with insecurePort(..)")
                .cure("keep one of the two");
    }

    @Test
    void aSpecsPortCanBeReplaced() {
        NestedDockerSpec other =
                builder.port(1).spec().toBuilder().insecurePort(2).spec();
        assertThat(other).isEqualTo(NestedDocker.builder().insecurePort(2).spec());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1m", "15m"})
    void aDataRootInMemoryThatIsTooSmall(String size) {
        refused(() -> DataRoot.memory(size))
                .tried("use a data root in memory")
                .on("\"" + size + "\"")
                .because("even an empty daemon needs room for its own files")
                .cure("give at least 16m");
    }

    /** The message names the argument that is null. */
    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsRefusedByName(String name, Consumer<NestedDockerBuilder> call) {
        assertThatThrownBy(() -> call.accept(builder))
                .isInstanceOf(NullPointerException.class)
                .message()
                .contains(name)
                .doesNotContain("Cannot invoke");
    }

    static Stream<Arguments> nulls() {
        return Stream.of(
                nullFor("reference", builder -> builder.image((String) null)),
                nullFor("image", builder -> builder.image((DaemonImage) null)),
                nullFor("privilege", builder -> builder.privilege(null)),
                nullFor("argument", builder -> builder.daemonArgs((String) null)),
                nullFor("mirror's address", builder -> builder.registryMirror(null)),
                nullFor("registry's name", builder -> builder.insecureRegistry(null)),
                nullFor("registry's name", builder -> builder.registryCredentials(null)),
                nullFor("the user's name", builder -> builder.registryCredentials("r.example", null, "x")),
                nullFor("password", builder -> builder.registryCredentials("r.example", "x", null)),
                nullFor("certificate", builder -> builder.registryCa("r.example", null)),
                nullFor("level", builder -> builder.logLevel(null)),
                nullFor("base", builder -> builder.addressPool(null, 24)),
                nullFor("driver", builder -> builder.storageDriver(null)),
                nullFor("version", builder -> builder.minimumApiVersion(null)),
                nullFor("name", builder -> builder.environment(null, "x")),
                nullFor("value", builder -> builder.environment("x", null)),
                nullFor("key", builder -> builder.label(null, "x")),
                nullFor("value", builder -> builder.label("x", null)),
                nullFor("labels", builder -> builder.labels(null)),
                nullFor("data root", builder -> builder.dataRoot(null)),
                nullFor("name of the data root's volume", builder -> builder.dataRoot(DataRoot.volume(null))),
                nullFor("size", builder -> builder.dataRoot(DataRoot.memory(null))),
                nullFor("memory limit", builder -> builder.memory(null)),
                nullFor("network", builder -> builder.network(null)),
                nullFor("alias", builder -> builder.network("x", (String) null)),
                nullFor("name", builder -> builder.name(null)),
                nullFor("client", builder -> builder.outer((DockerClient) null)),
                nullFor("address of the outer engine", builder -> builder.outer((URI) null)),
                nullFor("timeout", builder -> builder.startupTimeout(null)),
                nullFor("timeout", builder -> builder.stopTimeout(null)),
                nullFor("consumer", builder -> builder.logConsumer(null)),
                nullFor("listener", builder -> builder.progress(null)));
    }

    private static Arguments nullFor(String name, Consumer<NestedDockerBuilder> call) {
        return Arguments.of(name, call);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 99})
    void fewerProcessesThanADaemonNeeds(long pids) {
        refused(() -> builder.pidsLimit(pids))
                .tried("limit the daemon container")
                .on(String.valueOf(pids))
                .because("dockerd and containerd alone need dozens")
                .cure("give at least 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "docker:29\n"})
    void anImageThatIsNoReference(String reference) {
        Throwable refusal = catchThrowableOfType(IllegalArgumentException.class, () -> builder.image(reference));
        assertThat(refusal)
                .hasMessage("Tried to use the daemon image \"" + reference
                        + "\" but that is not an image reference; give one such as docker:29-dind.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPPER", "Not:A:Reference", "docker@sha256:0123", "docker:"})
    void aDaemonImageThatNoEngineFinds(String reference) {
        refused(() -> builder.image(reference))
                .tried("use the daemon image")
                .on("\"" + reference + "\"")
                .because("that is not an image reference, because a ")
                .cure("give one such as docker:29-dind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPPER", "Not:A:Reference", "tiny@sha256:0123", "tiny:"})
    void anImageForTheInsideThatNoEngineFinds(String reference) {
        for (ImageSource source :
                List.of(ImageSource.of(reference), ImageSource.outer(reference), ImageSource.registry(reference))) {
            refused(() -> builder.images(source))
                    .tried("use the image")
                    .on("\"" + reference + "\"")
                    .because("that is not an image reference, because a ")
                    .cure("give one such as alpine:3.20");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b"})
    void anImageForTheInsideWithoutAName(String reference) {
        refused(() -> builder.images(reference))
                .tried("use \"" + reference + "\"")
                .because("it is empty or has a space in it")
                .cure("it looks like alpine:3.20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Trixie", "t", "trixie;rm", "../x"})
    void anInvalidSuite(String suite) {
        refused(() -> DaemonImage.debian(suite))
                .tried("use the Debian suite")
                .on("\"" + suite + "\"")
                .because("suites are lower-case words")
                .cure("such as bookworm, trixie or sid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"debug", "tcp://0.0.0.0:2375", ""})
    void aDaemonArgumentThatIsNoFlag(String argument) {
        refused(() -> builder.daemonArgs(argument))
                .tried("pass the daemon argument")
                .on("\"" + argument + "\"")
                .because("dockerd takes flags only")
                .cure("write a flag and its value as one argument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verbose", "INFO", ""})
    void anInvalidLogLevel(String level) {
        refused(() -> builder.logLevel(level))
                .tried("use the log level")
                .on("\"" + level + "\"")
                .because("dockerd knows debug, info, warn, error and fatal")
                .cure("give one of these");
    }

    @Test
    void anAddressPoolThatIsNoNetwork() {
        refused(() -> builder.addressPool("10.200.0.0", 24))
                .tried("read the network")
                .on("\"10.200.0.0\"")
                .because("it is not an IPv4 network")
                .cure("such as 10.200.0.0/16");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 31, 0, -1})
    void anAddressPoolThatCanNotBeCutThatWay(int size) {
        refused(() -> builder.addressPool("10.200.0.0/16", size))
                .tried("cut networks of /" + size)
                .on("10.200.0.0/16")
                .because("the size must be a prefix length from 16 to 30")
                .cure("such as 24");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1.24", "1", "1.", "1.24 ", "01.24", "1.24.1", "0.1", "1.23", "1.53", "2.0"})
    void aVersionThatTheApiOrTheClientLacks(String version) {
        refused(() -> builder.minimumApiVersion(version))
                .tried("set the lowest version of the API")
                .on("\"" + version + "\"")
                .because("it must be from 1.24, the lowest that an engine accepts here, to 1.52")
                .cure("such as 1.24");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "a b"})
    void anInvalidVariable(String name) {
        refused(() -> builder.environment(name, "value"))
                .tried("set the environment variable")
                .on("\"" + name + "\"")
                .because("not a variable's name")
                .cure("leave out \"=\" and white space");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "io.nesteddocker", "io.nesteddocker.owner"})
    void aLabelOfTheLibrarys(String key) {
        refused(() -> builder.labels(Map.of(key, "value")))
                .tried("set the label")
                .on("\"" + key + "\"")
                .because("the library's own prefix")
                .cure("use a prefix of your own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-a", "a/b", "a b", "größe"})
    void aNameThatNoContainerCanHave(String name) {
        refused(() -> builder.name(name))
                .tried("name the daemon container")
                .on("\"" + name + "\"")
                .because("letters, digits, dots, dashes and underscores")
                .cure("such as ci-docker");
    }

    @Test
    void aNetworkWithoutAName() {
        refused(() -> builder.network(" "))
                .tried("join an outer network")
                .because("without a name")
                .cure("give the name of one that exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gopher://somewhere", "ftp://somewhere", "/var/run/docker.sock"})
    void anOuterEngineWithAnUnknownScheme(String uri) {
        refused(() -> builder.outer(URI.create(uri)))
                .tried("use the outer engine")
                .on("\"" + uri + "\"")
                .because("its scheme is not known here")
                .cure("give unix:///..., npipe:////..., ssh://user@host or tcp://host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0000001S", "PT25H", "PT9223372036854775807S"})
    void aStartupTimeoutOutOfRange(Duration timeout) {
        refused(() -> builder.startupTimeout(timeout))
                .tried("set a start-up timeout")
                .on(timeout.toString())
                .because("at least a millisecond")
                .cure("such as Duration.ofSeconds(60)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT1H1S", "PT2H", "PT9223372036854775807S"})
    void aStopTimeoutOutOfRange(Duration timeout) {
        refused(() -> builder.stopTimeout(timeout))
                .tried("set a stop timeout")
                .on(timeout.toString())
                .because("between zero and an hour")
                .cure("such as Duration.ofSeconds(5)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-a", "a b", "a/b"})
    void aVolumeThatHasNoVolumesName(String name) {
        refused(() -> DataRoot.volume(name))
                .tried("use the volume")
                .on("\"" + name + "\"")
                .because("not a volume's name")
                .cure("use letters, digits");
    }

    @Test
    void aDataRootInMemoryWithoutASize() {
        refused(() -> DataRoot.memory("0"))
                .tried("read the data root size")
                .on("\"0\"")
                .because("it is not a size")
                .cure("such as 512m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a b"})
    void aRuntimeThatHasNoRuntimesName(String name) {
        refused(() -> Privilege.runtime(name))
                .tried("use the runtime name")
                .on("\"" + name + "\"")
                .because("in the form in which `docker info` lists it")
                .cure("give one such as sysbox-runc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc", "/usr/", "/proc/self", "/var/lib/docker", "/tmp/../usr"})
    void aFolderThatTheDaemonContainerNeeds(String folder) {
        assumeThat(Path.of(folder)).isDirectory();
        refused(() -> builder.share(Path.of(folder)))
                .tried("share the folder")
                .on(Path.of(folder).toString())
                .because("needs its own folder there")
                .cure("share a folder below it or elsewhere");
    }

    @Test
    void aFolderThatIsNotThere() {
        refused(() -> builder.shareReadOnly(Path.of("/no/such/folder")))
                .tried("share the folder")
                .on("/no/such/folder")
                .because("there is no such folder")
                .cure("make it first");
    }

    @ParameterizedTest
    @CsvSource({"build.example, build.example", "a b, 192.0.2.7", "build:example, 192.0.2.7", "build.example, ''"})
    void anInvalidExtraHost(String name, String address) {
        refused(() -> builder.extraHost(name, address))
                .tried("the name \"" + name + "\"")
                .on("\"" + address + "\"")
                .because("not a host's name and a numeric address")
                .cure("host-gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dns.example", "192.0.2"})
    void aNameServerWithoutAnAddress(String server) {
        refused(() -> builder.dns(server))
                .tried("use the name server")
                .on("\"" + server + "\"")
                .because("by their numeric address")
                .cure("such as 192.0.2.53");
    }

    @Test
    void anAuthorityInAFileThatHasNone() {
        refused(() -> builder.caCertificate(Path.of("pom.xml")))
                .tried("trust the certificates in")
                .on("pom.xml")
                .because("not a certificate")
                .cure("PEM form");
    }

    private static ErrorSentence refused(Call call) {
        return ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, call::run));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "none", "container:other"})
    void aNetworkThatIsNotTheDaemonsOwn(String network) {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> NestedDocker.builder().network(network))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(network);
    }
}
