package io.nesteddocker.nesting;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts five nested daemons, each with a container that answers on a port; for tests in this JVM and in one that is killed. */
public final class FiveLevelsProgram {

    static final int DEPTH = 5;

    private static final String SMALL = "nested-docker-test:busybox-userland";

    private FiveLevelsProgram() {}

    /** Starts the daemons, prints the ID of the outermost daemon container, and waits to be killed. */
    public static void main(String[] args) throws IOException {
        List<NestedDocker> levels = start();
        for (NestedDocker level : levels) {
            System.out.println("ANSWER " + answer(level));
        }
        System.out.println("CONTAINER " + levels.get(0).daemonContainerId());
        System.out.println("READY");
        System.in.read();
    }

    /** Returns the smallest available daemon image, because each level copies it. */
    public static String smallImage() {
        return OuterTestEngine.hasImage(SMALL)
                ? SMALL
                : DaemonImage.defaultImage().reference();
    }

    /** Starts the daemons and returns them, the outermost first. */
    static List<NestedDocker> start() {
        List<NestedDocker> levels = new ArrayList<>();
        try {
            levels.add(NestedDocker.builder().image(smallImage()).start());
            while (levels.size() < DEPTH) {
                levels.add(levels.get(levels.size() - 1).nest().start());
            }
            for (NestedDocker level : levels) {
                TinyImage.into(level);
                InnerContainers.start(
                        level.client(),
                        request -> request.withName("turtle"),
                        "nc",
                        "-ll",
                        "-p",
                        "7",
                        "-e",
                        "echo",
                        "level " + level.engine().depth());
            }
            return levels;
        } catch (RuntimeException | Error e) {
            levels.stream().limit(1).forEach(NestedDocker::close);
            throw e;
        }
    }

    /** Returns what the container of a level answers on its port. */
    static String answer(NestedDocker level) throws IOException {
        return Sockets.read(level.addressOf("turtle", 7));
    }
}
