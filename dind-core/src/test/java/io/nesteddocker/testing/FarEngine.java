package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import java.util.HashMap;
import java.util.Map;

/** An engine that a program in another JVM reaches by TCP with TLS and through nothing else, as if on another machine. */
public final class FarEngine implements AutoCloseable {

    private final NestedDocker engine;
    private final ChildJvm program;

    private FarEngine(NestedDocker engine, ChildJvm program) {
        this.engine = engine;
        this.program = program;
    }

    /** Starts the engine with an image for daemons and the tiny image, then the program. */
    public static FarEngine with(String daemonImage, Class<?> mainClass, String... arguments) {
        OuterTestEngine.assumePublishedPortsAreReachable();
        NestedDocker engine = NestedDocker.builder()
                .images(daemonImage, TinyImage.NAME)
                .port(0)
                .start();
        try {
            return new FarEngine(engine, ChildJvm.start(environment(engine, daemonImage), mainClass, arguments));
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * The program takes the engine for one on another kernel, with which no folder can be shared; and it may compile as it likes, because
     * encryption takes many times as long with the quick compiler of {@link ChildJvm}.
     */
    private static Map<String, String> environment(NestedDocker engine, String daemonImage) {
        Map<String, String> environment = new HashMap<>(engine.endpoint().environment());
        environment.put("NESTED_DOCKER_IMAGE", daemonImage);
        environment.put("_JAVA_OPTIONS", "-Dos.version=another -XX:TieredStopAtLevel=4");
        return environment;
    }

    /** The program. */
    public ChildJvm program() {
        return program;
    }

    /** This JVM's client of the engine. */
    public DockerClient client() {
        return engine.client();
    }

    @Override
    public void close() {
        try {
            program.close();
        } finally {
            engine.close();
        }
    }
}
