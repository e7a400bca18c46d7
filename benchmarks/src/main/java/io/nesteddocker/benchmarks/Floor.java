package io.nesteddocker.benchmarks;

/**
 * Create and start of a container that does nothing, until the outer engine says that it runs.
 *
 * <p>It is as plain as containers get, on the default network and without a volume, a port, auto-remove or an attached stream: no
 * daemon container can be had for less, so whatever a daemon container needs on top counts against that daemon.
 */
record Floor(OuterEngine outer) implements Contender {

    @Override
    public String name() {
        return "floor: create and start of a trivial container";
    }

    @Override
    public AutoCloseable start() {
        String id = outer.create(OuterEngine.TINY_IMAGE, request -> request.withCmd("sleep", "600"));
        outer.startOrRemove(id);
        return () -> outer.remove(id);
    }
}
