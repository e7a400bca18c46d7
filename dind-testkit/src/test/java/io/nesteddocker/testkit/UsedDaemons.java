package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the daemons that fixtures used, under keywords of the fixtures. */
final class UsedDaemons {

    private static final Map<String, List<String>> DAEMONS = new ConcurrentHashMap<>();

    private UsedDaemons() {}

    static void forget() {
        DAEMONS.clear();
    }

    /** Records a daemon, which must answer. */
    static void daemon(String word, NestedDocker docker) {
        docker.client().pingCmd().exec();
        DAEMONS.computeIfAbsent(word, none -> new CopyOnWriteArrayList<>()).add(docker.daemonContainerId());
    }

    /** Returns the daemons that were recorded under a keyword. */
    static List<String> daemons(String word) {
        return DAEMONS.getOrDefault(word, List.of());
    }

    /** Returns all daemons, by keyword. */
    static Map<String, List<String>> all() {
        return new TreeMap<>(DAEMONS);
    }

    /** Returns the daemons whose containers still exist. */
    static List<String> alive() {
        return DAEMONS.values().stream()
                .flatMap(Collection::stream)
                .distinct()
                .filter(OuterTestEngine::hasContainer)
                .toList();
    }
}
