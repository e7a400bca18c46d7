package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What fixtures saw: the daemons, under words that the fixture chose. */
final class Seen {

    private static final Map<String, List<String>> DAEMONS = new ConcurrentHashMap<>();

    private Seen() {}

    static void forget() {
        DAEMONS.clear();
    }

    /** Notes a daemon, which answers. */
    static void daemon(String word, NestedDocker docker) {
        docker.client().pingCmd().exec();
        DAEMONS.computeIfAbsent(word, none -> new CopyOnWriteArrayList<>()).add(docker.daemonContainerId());
    }

    /** The daemons that were noted under a word. */
    static List<String> daemons(String word) {
        return DAEMONS.getOrDefault(word, List.of());
    }

    /** All, by word. */
    static Map<String, List<String>> all() {
        return new TreeMap<>(DAEMONS);
    }

    /** Those whose containers are still there. */
    static List<String> alive() {
        return DAEMONS.values().stream()
                .flatMap(Collection::stream)
                .distinct()
                .filter(OuterTestEngine::hasContainer)
                .toList();
    }
}
