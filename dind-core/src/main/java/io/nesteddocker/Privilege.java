package io.nesteddocker;

import io.nesteddocker.internal.Given;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The rights that the outer engine grants to the daemon container.
 *
 * <p>Immutable and thread-safe.
 */
public final class Privilege {

    private static final Pattern RUNTIME_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    /** The kinds of rights with which a daemon can run inside a container. */
    public enum Kind {
        /** All capabilities, all devices, no security profile: the container is root on the outer host. */
        PRIVILEGED,
        /** A list of capabilities, each with a reason, and no host devices. */
        LEAST,
        /** No more rights than any container, under a runtime made for nested daemons. */
        RUNTIME
    }

    private final Kind kind;
    private final String runtimeName;

    private Privilege(Kind kind, String runtimeName) {
        this.kind = kind;
        this.runtimeName = runtimeName;
    }

    /**
     * Asks for Docker's {@code --privileged}: the daemon container is root on the outer host.
     *
     * <p>If the outer engine cannot grant every capability, the daemon container gets {@link #leastPrivilege()} instead and a warning is
     * logged, unless {@link NestedDockerBuilder#requirePrivileged()} asked for an exception.
     *
     * @return the widest privilege
     * @see <a href="https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities">Docker: runtime privilege</a>
     */
    public static Privilege privileged() {
        return new Privilege(Kind.PRIVILEGED, "");
    }

    /**
     * Asks for the capabilities that a daemon needs and no more, without host devices. This is the default.
     *
     * <p>It is not a sandbox: the capability {@code SYS_ADMIN} is among them. {@code docs/privilege.md} lists each capability with its
     * reason.
     *
     * @return the smallest privilege under the outer engine's usual runtime
     */
    public static Privilege leastPrivilege() {
        return new Privilege(Kind.LEAST, "");
    }

    /**
     * Asks for a runtime under which daemons run in ordinary containers.
     *
     * <p>Root in such a container may be another user outside. So the program reaches the API through a tunnel unless a port or
     * {@link ConnectionMode#DIRECT} is set, and the images of {@link NestedDockerBuilder#images(String...)} are streamed. If the outer
     * engine does not have the runtime, {@link NestedDockerBuilder#start()} throws an {@link OuterEngineException}.
     *
     * @param name a runtime that the outer engine has, for example {@code sysbox-runc}
     * @return that runtime, without further privileges
     * @throws IllegalArgumentException if the name is blank or not a runtime's name
     * @see <a href="https://github.com/nestybox/sysbox">Sysbox</a>
     */
    public static Privilege runtime(String name) {
        if (!RUNTIME_NAME.matcher(Given.value(name, "the name of the runtime")).matches()) {
            throw new IllegalArgumentException(
                    "Tried to use the runtime name \"" + name
                            + "\" but a runtime has a name in the form in which `docker info` lists it; give one such as sysbox-runc.");
        }
        return new Privilege(Kind.RUNTIME, name);
    }

    /**
     * Returns the kind of rights.
     *
     * @return one of the three kinds
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the outer engine's runtime.
     *
     * @return the name for {@link Kind#RUNTIME}, otherwise the empty string
     */
    public String runtimeName() {
        return runtimeName;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Privilege privilege
                && kind == privilege.kind
                && runtimeName.equals(privilege.runtimeName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, runtimeName);
    }

    /**
     * Returns the words used in messages: {@code privileged}, {@code least privilege} or {@code runtime NAME}.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return switch (kind) {
            case PRIVILEGED -> "privileged";
            case LEAST -> "least privilege";
            case RUNTIME -> "runtime " + runtimeName;
        };
    }
}
