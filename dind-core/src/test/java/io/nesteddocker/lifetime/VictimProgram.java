package io.nesteddocker.lifetime;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The program that crash tests run in another JVM and end in various ways.
 *
 * <p>The first argument chooses an action: {@code up} starts a daemon with three inner containers that ignore SIGTERM, {@code up-tls} does
 * the same with a TLS port and the key files on disk, {@code start} only starts a daemon, {@code neighbour NETWORK} starts one and creates
 * the volume for its neighbours, {@code keep NAME PID} starts one that outlives the program, {@code reuse NAME CONDITION [SECONDS]} starts
 * one that the next program reuses, with that time to live, and {@code reuse-halt NAME} halts the JVM during the start. Then the program
 * reads one command from standard input: {@code exit}, {@code return} or {@code throw}.
 */
final class VictimProgram {

    private VictimProgram() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("STARTING");
        switch (arguments[0]) {
            case "up" -> up(NestedDocker.builder());
            case "up-tls" -> up(NestedDocker.builder().port(0));
            case "start" -> NestedDocker.builder().start();
            case "neighbour" -> neighbour(arguments[1]);
            case "keep" ->
                NestedDocker.builder()
                        .name(arguments[1])
                        .label(OuterTestEngine.MARK, arguments[2])
                        .keepRunning()
                        .start();
            case "reuse" -> {
                long seconds = arguments.length > 3 ? Long.parseLong(arguments[3]) : 3_600;
                NestedDocker docker = NestedDocker.builder()
                        .reuse(arguments[1], Reuse.valueOf(arguments[2]), Duration.ofSeconds(seconds))
                        .start();
                System.out.println("CONTAINER " + docker.daemonContainerId());
            }
            case "reuse-halt" ->
                NestedDocker.builder()
                        .reuse(arguments[1])
                        .logConsumer(line -> Runtime.getRuntime().halt(9))
                        .start();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("READY");
        obey(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine());
    }

    /** Starts containers with a plain sleep, which ignores SIGTERM, because it is the first process of its container. */
    private static void up(NestedDockerBuilder builder) {
        NestedDocker docker = builder.start();
        TinyImage.into(docker);
        for (int i = 0; i < 3; i++) {
            InnerContainers.start(docker.client(), request -> request, "sleep", "3600");
        }
        System.out.println("CONTAINER " + docker.daemonContainerId());
        System.out.println("FILES " + docker.endpoint().certificatesDirectory());
    }

    private static void neighbour(String network) {
        NestedDocker docker = NestedDocker.builder().listenOnNetworks().start();
        System.out.println("CONTAINER " + docker.daemonContainerId());
        System.out.println("VOLUME " + docker.endpointFor(network).volume());
    }

    private static void obey(String command) {
        switch (command) {
            case "exit" -> System.exit(3);
            case "return" -> System.out.println("RETURNING");
            case "throw" -> throw new IllegalStateException("as asked");
            default -> throw new IllegalArgumentException(command);
        }
    }
}
