package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.options.ConnectionOptions.ApiPort;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** Refuses options that would fail later, while there is nothing to undo. */
final class Preflight {

    private final Options options;
    private final OuterEngine outer;
    private final String name;

    Preflight(Options options, OuterEngine outer, String name) {
        this.options = options;
        this.outer = outer;
        this.name = name;
    }

    void check() {
        checkPortIsReachable();
        checkCgroups();
        checkRuntime();
        checkName();
        checkNetwork();
        new DataRootClaim(outer, options.storage().dataRoot()).check();
        options.connection().apiPort().ifPresent(this::checkPort);
    }

    /** Refuses a port of an engine in a container, which publishes it on a loopback address that is not this program's. */
    private void checkPortIsReachable() {
        OuterFacts facts = outer.facts();
        if (facts.nesting().depth() > 0
                && facts.ports().isLoopback()
                && options.connection().apiPort().isPresent()) {
            throw refused(
                    "open a port",
                    "that engine is itself a nested daemon, whose ports are not reached from here",
                    "leave out port(..), because a daemon inside a daemon is reached without a port",
                    null);
        }
    }

    /** Refuses Podman without root on cgroup v1, because the daemon would start there, but no container inside it. */
    private void checkCgroups() {
        if (outer.facts().support().kind() == OuterFacts.Kind.ROOTLESS_PODMAN_WITHOUT_CGROUPS) {
            throw refused(
                    "start a daemon container",
                    "it is Podman without root on cgroup v1, where only root can make the cgroups that inner containers need",
                    "start its machine with cgroup v2, or use Podman or Docker that runs as root",
                    null);
        }
    }

    private void checkRuntime() {
        Privilege privilege = options.container().privilege();
        if (privilege.kind() == Privilege.Kind.RUNTIME
                && !outer.facts().support().runtimes().contains(privilege.runtimeName())) {
            throw refused(
                    "use the " + privilege,
                    "it has only " + String.join(", ", outer.facts().support().runtimes()),
                    "install that runtime there, or choose another privilege",
                    null);
        }
    }

    private void checkName() {
        if (options.container().name().isEmpty()) {
            return;
        }
        outer.containers().find(name).ifPresent(other -> {
            throw nameInUse(other, null);
        });
    }

    /** Creates the exception for a name that was taken after the preflight had found it free. */
    static OuterEngineException nameInUse(OuterEngine outer, String name, DockerException refusal) {
        return outer.containers()
                .find(name)
                .map(other -> nameInUse(other, refusal))
                .orElseGet(() -> new OuterEngineException(
                        "Tried to create the daemon container " + name + " but the outer engine refused: "
                                + Reason.of(refusal) + "; try again, or give another name(..).",
                        refusal));
    }

    private static OuterEngineException nameInUse(ContainerState other, @Nullable Throwable cause) {
        boolean kept = Labels.DAEMON.equals(other.labels().get(Labels.KIND))
                && !other.labels().containsKey(Labels.OWNER);
        return new OuterEngineException(
                "Tried to create the daemon container " + other.name()
                        + " but the outer engine has a container of that name (it is " + other.status()
                        + (kept ? " and was started with keepRunning()" : "") + "); "
                        + (kept ? "attach to it with NestedDocker.attach(\"" + other.name() + "\"), " : "")
                        + "give another name(..), or remove that container with `docker rm -fv " + other.name() + "`.",
                cause);
    }

    private void checkNetwork() {
        if (!options.network().name().isEmpty()
                && !outer.hasNetwork(options.network().name())) {
            throw refused(
                    "join the network " + options.network().name(),
                    "it has no network of that name",
                    "create it first with `docker network create "
                            + options.network().name() + "`",
                    null);
        }
    }

    private void checkPort(ApiPort port) {
        OuterPorts ports = outer.facts().ports();
        if (ports.reachedAt().isEmpty()) {
            throw refused(
                    "open a port",
                    "this program runs in one of its containers, from which its ports can't be reached",
                    "leave out port(..) and insecurePort(..), because the API is reached without one",
                    null);
        }
        if (!ports.isLoopback() && !port.encrypted()) {
            throw refused(
                    "open an insecure port",
                    (ports.isRemote() ? "it is remote" : "this program runs in one of its containers")
                            + ", so plain text would have to leave its loopback address",
                    "use port(..), which is encrypted",
                    null);
        }
        if (!ports.isLoopback() || !outer.facts().sharedFiles().withProgram() || port.number() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()));
        } catch (IOException e) {
            throw portTaken(port.number(), e);
        }
    }

    static OuterEngineException portTaken(int port, Throwable cause) {
        return new OuterEngineException(
                "Tried to publish the inner API on port " + port
                        + " of the loopback address but something listens there already; stop that program, or give another port, or 0 for"
                        + " any free one.",
                cause);
    }

    private OuterEngineException refused(String action, String reason, String cure, @Nullable Throwable cause) {
        return new OuterEngineException(
                "Tried to " + action + " on the outer engine at " + outer.description() + " but " + reason + "; " + cure
                        + ".",
                cause);
    }
}
