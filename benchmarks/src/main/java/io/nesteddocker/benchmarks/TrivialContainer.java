package io.nesteddocker.benchmarks;

/**
 * Creates and starts a container that does nothing, until the outer engine reports that it runs.
 *
 * <p>The container is as plain as possible: on the default network, without a volume, a port, auto-remove or an attached stream. So no
 * daemon container can start faster, and all that a daemon container needs in addition counts as a cost of that daemon.
 */
record TrivialContainer(OuterEngine outer) implements Contender {

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
