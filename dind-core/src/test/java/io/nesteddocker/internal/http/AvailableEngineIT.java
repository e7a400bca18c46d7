package io.nesteddocker.internal.http;

import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs the contract with a real engine from Docker, which needs the tiny image (see {@code ./dev image}). */
@ExtendWith(LeakCheck.class)
class AvailableEngineIT extends EngineContract {

    @Override
    DaemonHttpClient connect() {
        return AvailableEngine.open();
    }

    @Override
    String owner() {
        return OuterTestEngine.thisJvm();
    }
}
