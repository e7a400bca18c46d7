package io.nesteddocker.internal.inner;

import com.fasterxml.jackson.databind.JsonNode;
import io.nesteddocker.internal.inner.ParallelTasks.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The contents of an inner engine that its users can change.
 *
 * @param containers the IDs of the containers
 * @param networks IDs of networks by name; empty strings for the networks that every engine has
 * @param volumes the names of the volumes
 * @param images names by image ID, newest image first
 * @param plugins the names of the plugins
 * @param buildCache the IDs of the build cache's entries
 * @param inSwarm whether the engine is part of a swarm
 */
record EngineState(
        Set<String> containers,
        Map<String, String> networks,
        Set<String> volumes,
        Map<String, Set<String>> images,
        Set<String> plugins,
        Set<String> buildCache,
        boolean inSwarm) {

    private static final Set<String> OWN_NETWORKS = Set.of("bridge", "host", "none");

    /** Returns the state of an engine that has just started on an empty data root, and has only these images. */
    static EngineState blank(Map<String, Set<String>> images) {
        return new EngineState(Set.of(), ownNetworks(), Set.of(), images, Set.of(), Set.of(), false);
    }

    private static Map<String, String> ownNetworks() {
        Map<String, String> networks = new TreeMap<>();
        OWN_NETWORKS.forEach(name -> networks.put(name, ""));
        return networks;
    }

    /** Reads all parts of an engine's state at the same time. */
    static EngineState read(EngineCalls calls, ParallelTasks work) throws InterruptedException {
        Result<Set<String>> containers = work.begin(() -> containers(calls));
        Result<Map<String, String>> networks = work.begin(() -> networks(calls));
        Result<Set<String>> volumes = work.begin(() -> volumes(calls));
        Result<Map<String, Set<String>>> images = work.begin(() -> images(calls));
        Result<Set<String>> plugins = work.begin(() -> plugins(calls));
        Result<Set<String>> buildCache = work.begin(() -> buildCache(calls));
        Result<Boolean> inSwarm = work.begin(() -> inSwarm(calls));
        return new EngineState(
                containers.get(),
                networks.get(),
                volumes.get(),
                images.get(),
                plugins.get(),
                buildCache.get(),
                inSwarm.get());
    }

    private static Set<String> containers(EngineCalls calls) {
        return strings(
                calls.get("/containers/json?all=1"), one -> one.path("Id").asText());
    }

    private static Map<String, String> networks(EngineCalls calls) {
        Map<String, String> networks = new TreeMap<>();
        for (JsonNode network : calls.get("/networks")) {
            String name = network.path("Name").asText();
            String id = network.path("Id").asText();
            // Several networks may have the same name.
            networks.put(
                    OWN_NETWORKS.contains(name) || !networks.containsKey(name) ? name : name + " " + id,
                    OWN_NETWORKS.contains(name) ? "" : id);
        }
        return networks;
    }

    private static Set<String> volumes(EngineCalls calls) {
        return strings(
                calls.get("/volumes").path("Volumes"), one -> one.path("Name").asText());
    }

    static Map<String, Set<String>> images(EngineCalls calls) {
        List<JsonNode> answer = new ArrayList<>();
        calls.get("/images/json?all=1").forEach(answer::add);
        answer.sort((one, other) ->
                Long.compare(other.path("Created").asLong(), one.path("Created").asLong()));
        Map<String, Set<String>> images = new LinkedHashMap<>();
        for (JsonNode image : answer) {
            Set<String> names = strings(image.path("RepoTags"), JsonNode::asText);
            names.remove("<none>:<none>");
            images.put(image.path("Id").asText(), names);
        }
        return images;
    }

    private static Set<String> plugins(EngineCalls calls) {
        return strings(calls.get("/plugins"), one -> one.path("Name").asText());
    }

    /** Since version 1.42 of the API, an engine can return this part alone; the complete answer takes longer. */
    private static Set<String> buildCache(EngineCalls calls) {
        return strings(
                calls.get("/system/df?type=build-cache").path("BuildCache"),
                one -> one.path("ID").asText());
    }

    /** Since version 23, engines return this in a header of the ping; an older one must be asked for its whole description. */
    private static boolean inSwarm(EngineCalls calls) {
        String state = calls.pingHeader("Swarm")
                .orElseGet(() ->
                        calls.get("/info").path("Swarm").path("LocalNodeState").asText());
        return !state.startsWith("inactive") && !state.isEmpty();
    }

    private static Set<String> strings(Iterable<JsonNode> nodes, Function<JsonNode, String> part) {
        Set<String> strings = new TreeSet<>();
        nodes.forEach(node -> strings.add(part.apply(node)));
        return strings;
    }

    /** Returns the differences between this state and another as texts; empty if there are none. */
    List<String> differencesFrom(EngineState wanted) {
        List<String> words = new ArrayList<>();
        compare("container", containers, wanted.containers, words);
        compare("network", networks.keySet(), wanted.networks.keySet(), words);
        networks.forEach((name, id) -> {
            if (!wanted.networks.getOrDefault(name, id).equals(id)) {
                words.add("a different network named " + name);
            }
        });
        compare("volume", volumes, wanted.volumes, words);
        compare("image", images.keySet(), wanted.images.keySet(), words);
        wanted.images.forEach((id, names) -> {
            if (!images.getOrDefault(id, names).equals(names)) {
                words.add("changed names of the image " + id);
            }
        });
        compare("plugin", plugins, wanted.plugins, words);
        compare("build cache", buildCache, wanted.buildCache, words);
        if (inSwarm != wanted.inSwarm) {
            words.add(inSwarm ? "membership in a swarm" : "missing membership in the swarm");
        }
        return words;
    }

    private static void compare(String kind, Collection<String> there, Collection<String> wanted, List<String> words) {
        there.stream().filter(one -> !wanted.contains(one)).forEach(one -> words.add("leftover " + kind + " " + one));
        wanted.stream().filter(one -> !there.contains(one)).forEach(one -> words.add("missing " + kind + " " + one));
    }
}
