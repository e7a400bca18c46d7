package io.nesteddocker.benchmarks;

/** Something that can be started and is compared with others, for example a way to start a daemon. */
interface Contender {

    String name();

    /**
     * Starts the contender, and returns as soon as it has answered. If this throws an exception, nothing that was started is left.
     *
     * @return closes what was started; the time for that is not measured
     */
    AutoCloseable start() throws Exception;
}
