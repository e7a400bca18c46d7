package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Says for each call of Testcontainers which engine it is for.
 *
 * <p>What is about a container goes to where the container is, in all threads. All else goes to where the calling thread is. Thread-safe.
 */
public final class Routing {

    private static final Pattern FULL_ID = Pattern.compile("[0-9a-f]{64}");

    private static final ThreadLocal<Deque<Scope>> SCOPES = ThreadLocal.withInitial(ArrayDeque::new);
    private static final Map<NestedDocker, Inside> INSIDES = new HashMap<>();
    private static final Map<String, Side> CONTAINERS = new ConcurrentHashMap<>();

    private Routing() {}

    /** Leads the calling thread to a daemon. */
    public static Scope enter(NestedDocker docker) {
        return enter(hold(docker));
    }

    /** Leads the calling thread to nowhere: what Testcontainers does fails with the reason. */
    public static Scope refuse(String reason) {
        Installed.outside();
        return enter(new Scope(new Refusal(reason), () -> {}));
    }

    /** Keeps a daemon known, with its mapped ports, without leading a thread there. */
    public static Scope hold(NestedDocker docker) {
        ImageMemory memory = Installed.memory();
        synchronized (INSIDES) {
            Inside inside = INSIDES.computeIfAbsent(docker, unknown -> new Inside(docker, memory));
            inside.enter();
            return new Scope(inside, () -> leave(docker, inside));
        }
    }

    /** Begins to say what daemon to start where the calling thread is. What has not been led so far is not led by this. */
    public static NestedDockerBuilder builderHere() {
        Scope scope = newest();
        if (scope != null) {
            return scope.side().nest();
        }
        DockerClientFactory everybodys = DockerClientFactory.instance();
        DockerClient client = everybodys.client();
        TransportConfig transport = everybodys.getTransportConfig();
        return transport.getSslConfig() == null
                ? NestedDocker.builder().outer(transport.getDockerHost())
                : NestedDocker.builder().outer(client);
    }

    private static Scope enter(Scope scope) {
        SCOPES.get().push(scope);
        return scope;
    }

    private static void leave(NestedDocker docker, Inside inside) {
        synchronized (INSIDES) {
            if (!inside.leave()) {
                return;
            }
            INSIDES.remove(docker);
            CONTAINERS.values().removeIf(side -> side == inside || INSIDES.isEmpty());
        }
        inside.end();
    }

    /** Work that uses, wherever it is done, the daemon that this thread uses now. */
    static Runnable inScopeOfThisThread(Runnable work) {
        Scope scope = newest();
        return scope == null
                ? work
                : () -> {
                    SCOPES.get().push(scope);
                    try {
                        work.run();
                    } finally {
                        SCOPES.remove();
                    }
                };
    }

    /** Where the calling thread is. */
    static Side here() {
        Scope scope = newest();
        return scope == null ? Installed.outside() : scope.side();
    }

    private static @Nullable Scope newest() {
        Deque<Scope> scopes = SCOPES.get();
        scopes.removeIf(scope -> !scope.isOpen());
        if (scopes.isEmpty()) {
            SCOPES.remove();
            return null;
        }
        return scopes.peek();
    }

    /** Where a container is; for a name, and for one that is nowhere, where the calling thread is. */
    static Side of(String container) {
        if (!FULL_ID.matcher(container).matches()) {
            return here();
        }
        Side known = CONTAINERS.get(container);
        if (known != null) {
            return known;
        }
        Side here = here();
        List<Side> others = othersThan(here);
        if (others.isEmpty()) {
            return here;
        }
        if (here != Installed.outside() || here.isOpen()) {
            others.add(0, here);
        }
        for (Side side : others) {
            if (side.has(container)) {
                CONTAINERS.put(container, side);
                return side;
            }
        }
        return here;
    }

    /** Where a command is that was created in a container. */
    static Side ofCommand(String execId) {
        Side known = CONTAINERS.get(execId);
        return known == null ? here() : known;
    }

    /** Remembers where something is that a call is about. */
    static void remember(String id, Side side) {
        CONTAINERS.put(id, side);
    }

    static void forget(String id) {
        CONTAINERS.remove(id);
    }

    private static List<Side> othersThan(Side here) {
        List<Side> others;
        synchronized (INSIDES) {
            others = new ArrayList<>(INSIDES.values());
        }
        others.add(Installed.outside());
        others.removeIf(side -> side == here || !side.isOpen());
        return others;
    }

    /** Where mapped ports of the calling thread's engine are; threads that are nowhere ask on behalf of others. */
    static String host() {
        Side here = here();
        return here == Installed.outside()
                        && !here.isOpen()
                        && !othersThan(here).isEmpty()
                ? Inside.HOST
                : here.host();
    }

    /** What Testcontainers is given in place of its own, once for each JVM. */
    private static final class Installed {

        private static @Nullable Outside outside;
        private static @Nullable ImageMemory memory;

        static synchronized Outside outside() {
            Outside installed = outside;
            if (installed == null) {
                installed = install();
                outside = installed;
            }
            return installed;
        }

        static synchronized ImageMemory memory() {
            outside();
            ImageMemory installed = memory;
            if (installed == null) {
                throw new IllegalStateException("installing Testcontainers' routing broke off");
            }
            return installed;
        }

        private static Outside install() {
            DockerClientFactory everybodys = DockerClientFactory.instance();
            Outside fresh = new Outside(everybodys);
            memory = ImageMemory.takeOver();
            Pools.follow();
            DockerClientProviderStrategy strategy = new RoutingStrategy(fresh);
            Innards.put(everybodys, "strategy", strategy);
            Innards.put(everybodys, "client", new RoutingClient());
            Innards.put(everybodys, "cachedClientFailure", null);
            return fresh;
        }
    }
}
