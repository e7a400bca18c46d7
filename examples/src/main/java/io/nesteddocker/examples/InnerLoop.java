package io.nesteddocker.examples;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import java.util.List;

/**
 * A program that you run again and again while you work on it: each run uses a fresh daemon that the previous run has started.
 *
 * <p>With the argument {@code end}, it leaves no daemon for another run.
 */
public final class InnerLoop {

    private InnerLoop() {}

    /**
     * Runs the example.
     *
     * @param args {@code end}, or nothing
     */
    public static void main(String[] args) {
        long begin = System.nanoTime();
        // tag::main[]
        try (NestedDocker docker =
                NestedDocker.builder().reuse("inner-loop", Reuse.FRESH).start()) {
            long millis = (System.nanoTime() - begin) / 1_000_000;
            System.out.println("This run uses the daemon container " + docker.daemonContainerId());
            System.out.println("It had the daemon after " + millis + " ms");
            if (List.of(args).contains("end")) {
                docker.remove();
            }
        }
        // end::main[]
    }
}
