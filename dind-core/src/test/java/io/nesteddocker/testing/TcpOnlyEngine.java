package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import java.util.HashMap;
import java.util.Map;

/** An engine to which a program in another JVM connects only by TCP with TLS, as if the engine were on another machine. */
public final class TcpOnlyEngine implements AutoCloseable {

    private final NestedDocker engine;
    private final ChildJvm program;

    private TcpOnlyEngine(NestedDocker engine, ChildJvm program) {
        this.engine = engine;
        this.program = program;
    }

    /** Starts the engine with a daemon image and the tiny image, and then the program. */
    public static TcpOnlyEngine with(String daemonImage, Class<?> mainClass, String... arguments) {
        OuterTestEngine.assumePublishedPortsAreReachable();
        NestedDocker engine = NestedDocker.builder()
                .images(daemonImage, TinyImage.NAME)
                .port(0)
                .start();
        try {
            return new TcpOnlyEngine(engine, ChildJvm.start(environment(engine, daemonImage), mainClass, arguments));
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Returns the environment of the program. It makes the program believe that the engine runs on another kernel, with which no folder can
     * be shared. It also allows all JIT compilers, because encryption is many times slower with the quick compiler of {@link ChildJvm}.
     */
    private static Map<String, String> environment(NestedDocker engine, String daemonImage) {
        Map<String, String> environment = new HashMap<>(engine.endpoint().environment());
        environment.put("NESTED_DOCKER_IMAGE", daemonImage);
        environment.put("_JAVA_OPTIONS", "-Dos.version=another -XX:TieredStopAtLevel=4");
        return environment;
    }

    /** Returns the program. */
    public ChildJvm program() {
        return program;
    }

    /** Returns this JVM's client of the engine. */
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
