package io.nesteddocker.internal.inner;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** Reads the whole state of an inner engine at once. */
final class Snapshot {

    private Snapshot() {}

    @SuppressWarnings("unchecked")
    static EngineState take(EngineCalls calls, SideBySide work) throws InterruptedException {
        List<Callable<Object>> questions = List.of(
                () -> EngineState.containers(calls),
                () -> EngineState.networks(calls),
                () -> EngineState.volumes(calls),
                () -> EngineState.images(calls),
                () -> EngineState.plugins(calls),
                () -> EngineState.buildCache(calls),
                () -> EngineState.inSwarm(calls));
        List<Object> answers = work.all(questions);
        return new EngineState(
                (Set<String>) answers.get(0),
                (Map<String, String>) answers.get(1),
                (Set<String>) answers.get(2),
                (Map<String, Set<String>>) answers.get(3),
                (Set<String>) answers.get(4),
                (Set<String>) answers.get(5),
                (Boolean) answers.get(6));
    }
}
