package io.nesteddocker.benchmarks;

/** One of the ways that are compared. */
interface Contender {

    String name();

    /**
     * Starts it and returns as soon as it has answered. When it throws, nothing of it is left.
     *
     * @return closes what was started, which is not measured
     */
    AutoCloseable start() throws Exception;
}
