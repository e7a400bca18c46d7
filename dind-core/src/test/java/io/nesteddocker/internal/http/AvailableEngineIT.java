package io.nesteddocker.internal.http;

/** Runs the contract with a real engine, which needs the tiny image (see {@code ./dev image}). */
class AvailableEngineIT extends EngineContract {

    @Override
    DaemonHttpClient connect() {
        return AvailableEngine.open();
    }
}
