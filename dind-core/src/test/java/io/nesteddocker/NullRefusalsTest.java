package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.pool.EngineLimits;
import io.nesteddocker.pool.NestedDockerPool;
import io.nesteddocker.pool.NestedDockerPoolBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A method that is given null says what is missing. */
class NullRefusalsTest {

    private static final Path FILE = Path.of("file");
    private static final ImageSource IMAGE = ImageSource.of("alpine:3.20");

    /** A method checks its arguments before it uses the daemon, so there need be none. */
    private static final NestedDocker DOCKER = new NestedDocker(null);

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("nulls")
    void aMissingArgumentHasAName(String name, String method, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(
                        "Tried to pass null as " + name + " but a value is required; give one, or leave out the call.");
    }

    static Stream<Arguments> nulls() {
        return Stream.of(handles(), commands(), images(), files(), builders(), pools())
                .flatMap(calls -> calls);
    }

    private static Stream<Arguments> handles() {
        return Stream.of(
                nullFor("the spec of the daemon", "start", () -> NestedDocker.start(null)),
                nullFor("the name of the daemon container", "attach", () -> NestedDocker.attach(null)),
                nullFor("the client of the outer engine", "attach", () -> NestedDocker.attach("ci-docker", null)),
                nullFor(
                        "the client of the outer engine",
                        "imageCache",
                        () -> NestedDocker.imageCache((DockerClient) null)),
                nullFor("the outer network", "endpointFor", () -> DOCKER.endpointFor(null)),
                nullFor("the reason", "abandon", () -> DOCKER.abandon(null)));
    }

    private static Stream<Arguments> commands() {
        String word = "a word of a command";
        return Stream.of(
                nullFor(word, "Command", () -> Command.of((String[]) null)),
                nullFor(word, "Command", () -> Command.of("true", null)),
                nullFor(word, "exec", () -> DOCKER.exec((String[]) null)),
                nullFor(word, "exec", () -> DOCKER.exec("true", null)),
                nullFor("the command", "exec", () -> DOCKER.exec((Command) null)),
                nullFor(word, "shell", () -> DOCKER.shell((String[]) null)),
                nullFor(word, "shell", () -> DOCKER.shell("true", null)),
                nullFor("the command", "shell", () -> DOCKER.shell((Command) null)),
                nullFor(word, "pipe", () -> DOCKER.pipe((String[]) null)),
                nullFor(word, "pipe", () -> DOCKER.pipe("true", null)),
                nullFor("the command", "pipe", () -> DOCKER.pipe((Command) null)),
                nullFor(word, "interactiveShell", () -> DOCKER.interactiveShell((String[]) null)),
                nullFor(word, "interactiveShell", () -> DOCKER.interactiveShell("true", null)));
    }

    private static Stream<Arguments> images() {
        String reference = "the reference of an image";
        String source = "an image source";
        String listener = "the progress listener";
        String daemon = "a daemon to load images into";
        List<NestedDocker> daemons = List.of(DOCKER);
        return Stream.of(
                nullFor(reference, "of", () -> ImageSource.of(null)),
                nullFor(reference, "outer", () -> ImageSource.outer(null)),
                nullFor(reference, "registry", () -> ImageSource.registry(null)),
                nullFor("an archive with images", "archive", () -> ImageSource.archive(null)),
                nullFor(reference, "load", () -> DOCKER.load((String[]) null)),
                nullFor(reference, "load", () -> DOCKER.load("alpine:3.20", null)),
                nullFor(source, "load", () -> DOCKER.load((ImageSource[]) null)),
                nullFor(source, "load", () -> DOCKER.load(IMAGE, null)),
                nullFor(listener, "load", () -> DOCKER.load((ProgressListener) null, IMAGE)),
                nullFor(source, "load", () -> DOCKER.load(progress -> {}, (ImageSource) null)),
                nullFor(daemon, "loadInto", () -> NestedDocker.loadInto(null, IMAGE)),
                nullFor(daemon, "loadInto", () -> NestedDocker.loadInto(Arrays.asList(DOCKER, null), IMAGE)),
                nullFor(source, "loadInto", () -> NestedDocker.loadInto(daemons, (ImageSource[]) null)),
                nullFor(source, "loadInto", () -> NestedDocker.loadInto(daemons, IMAGE, null)),
                nullFor(reference, "save", () -> DOCKER.save((String) null, FILE)),
                nullFor(reference, "save", () -> DOCKER.save((Collection<String>) null, FILE)),
                nullFor(reference, "save", () -> DOCKER.save(Arrays.asList("alpine:3.20", null), FILE)),
                nullFor("the file to write", "save", () -> DOCKER.save("alpine:3.20", null)),
                nullFor(reference, "copyToOuter", () -> DOCKER.copyToOuter((String[]) null)),
                nullFor(reference, "copyToOuter", () -> DOCKER.copyToOuter("alpine:3.20", null)));
    }

    private static Stream<Arguments> files() {
        String source = "the file or folder to copy";
        String target = "the path of the copy";
        return Stream.of(
                nullFor(source, "copyIn", () -> DOCKER.copyIn(null, "/srv/file")),
                nullFor(target, "copyIn", () -> DOCKER.copyIn(FILE, null)),
                nullFor(source, "copyOut", () -> DOCKER.copyOut(null, FILE)),
                nullFor(target, "copyOut", () -> DOCKER.copyOut("/srv/file", null)));
    }

    private static Stream<Arguments> builders() {
        NestedDockerBuilder builder = NestedDocker.builder();
        NestedDockerSpec spec = builder.spec();
        return Stream.of(
                nullFor("the reference of an image", "images", () -> builder.images((String[]) null)),
                nullFor("the reference of an image", "images", () -> builder.images((String) null)),
                nullFor("an image source", "images", () -> builder.images((ImageSource[]) null)),
                nullFor("an argument of dockerd", "daemonArgs", () -> builder.daemonArgs((String[]) null)),
                nullFor("a name server's address", "dns", () -> builder.dns((String[]) null)),
                nullFor("an alias", "network", () -> builder.network("x", (String[]) null)),
                nullFor(
                        "an exception from a proxy",
                        "except",
                        () -> Proxies.none().except((String[]) null)),
                nullFor(
                        "an exception from a proxy",
                        "except",
                        () -> Proxies.none().except("localhost", null)),
                nullFor(
                        "the time to wait for an outer engine",
                        "askOuterEngine",
                        () -> spec.askOuterEngine((Duration) null)),
                nullFor("a text with secrets", "maskSecrets", () -> spec.maskSecrets(null)));
    }

    private static Stream<Arguments> pools() {
        NestedDockerPoolBuilder pool =
                NestedDockerPool.builder(NestedDocker.builder().spec());
        String address = "the address of an outer engine";
        String context = "a docker context";
        EngineLimits limits = EngineLimits.automatic();
        return Stream.of(
                nullFor("the spec of a pool's daemons", "builder", () -> NestedDockerPool.builder(null)),
                nullFor(address, "outers", () -> pool.outers((URI[]) null)),
                nullFor(address, "outer", () -> pool.outer(null, limits)),
                nullFor(
                        "the limits of an outer engine",
                        "outer",
                        () -> pool.outer(URI.create("unix:///run/docker.sock"), null)),
                nullFor(context, "outerContexts", () -> pool.outerContexts((String[]) null)),
                nullFor(context, "outerContext", () -> pool.outerContext(null, limits)));
    }

    private static Arguments nullFor(String name, String method, ThrowingCallable call) {
        return Arguments.of(name, method, call);
    }
}
