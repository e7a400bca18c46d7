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
 * Decides for each call of Testcontainers which engine receives the call.
 *
 * <p>In all threads, a call about a container goes to the engine that has the container. All other calls go to the engine that the calling
 * thread uses. Thread-safe.
 */
public final class Routing {

    private static final Pattern FULL_ID = Pattern.compile("[0-9a-f]{64}");

    private static final ThreadLocal<Deque<Scope>> SCOPES = ThreadLocal.withInitial(ArrayDeque::new);
    private static final Map<NestedDocker, Inside> INSIDES = new HashMap<>();
    private static final Map<String, Side> CONTAINERS = new ConcurrentHashMap<>();

    private Routing() {}

    /** Makes the calling thread use a daemon, until the scope is closed. */
    public static Scope enter(NestedDocker docker) {
        return enter(hold(docker));
    }

    /** Makes each use of Testcontainers in the calling thread fail with a reason, until the scope is closed. */
    public static Scope refuse(String reason) {
        Installed.outside();
        return enter(new Scope(new Refusal(reason), () -> {}));
    }

    /** Keeps a daemon and its mapped ports registered until the scope is closed, even while no thread uses the daemon. */
    public static Scope hold(NestedDocker docker) {
        ImageMemory memory = Installed.memory();
        synchronized (INSIDES) {
            Inside inside = INSIDES.computeIfAbsent(docker, unknown -> new Inside(docker, memory));
            inside.enter();
            return new Scope(inside, () -> leave(docker, inside));
        }
    }

    /** Returns a builder for a daemon on the engine that the calling thread uses. This call alone does not install the routing. */
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

    /** Returns work that uses, in any thread that runs it, the daemon that the calling thread uses now. */
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

    /** Returns the engine that the calling thread uses. */
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

    /** Returns the engine that has a container. For a name, or an ID that no engine has, this is the engine of the calling thread. */
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

    /** Returns the engine of a command that was created in a container. */
    static Side ofCommand(String execId) {
        Side known = CONTAINERS.get(execId);
        return known == null ? here() : known;
    }

    /** Remembers which engine has the container or the command with an ID. */
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

    /**
     * Returns the host of the mapped ports of the calling thread's engine. If Testcontainers has not used the outer engine, a thread
     * without a daemon is assumed to ask on behalf of a thread that has one.
     */
    static String host() {
        Side here = here();
        return here == Installed.outside()
                        && !here.isOpen()
                        && !othersThan(here).isEmpty()
                ? Inside.HOST
                : here.host();
    }

    /** The objects that replace those of Testcontainers, once for each JVM. */
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
                throw new IllegalStateException("the routing of Testcontainers was only partly installed");
            }
            return installed;
        }

        private static Outside install() {
            DockerClientFactory everybodys = DockerClientFactory.instance();
            Outside fresh = new Outside(everybodys);
            memory = ImageMemory.takeOver();
            Pools.follow();
            DockerClientProviderStrategy strategy = new RoutingStrategy(fresh);
            PrivateMembers.put(everybodys, "strategy", strategy);
            PrivateMembers.put(everybodys, "client", new RoutingClient());
            PrivateMembers.put(everybodys, "cachedClientFailure", null);
            return fresh;
        }
    }
}
