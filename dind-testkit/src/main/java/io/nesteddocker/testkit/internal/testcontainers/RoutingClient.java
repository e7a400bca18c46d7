package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.command.ExecStartCmd;
import com.github.dockerjava.api.command.InspectContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecCmd;
import com.github.dockerjava.api.command.InspectImageCmd;
import com.github.dockerjava.api.command.RemoveContainerCmd;
import com.github.dockerjava.api.model.AuthConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

/** The only client that Testcontainers has. It sends each call to the engine that the call is for. Thread-safe. */
final class RoutingClient extends ContainerRouting {

    @Override
    protected DockerClient getDockerClient() {
        return Routing.here().client();
    }

    /** Returns empty credentials for an inner engine, which needs none. Testcontainers calls this early to check for an engine. */
    @Override
    public AuthConfig authConfig() {
        Side here = Routing.here();
        DockerClient client = here.client();
        return here instanceof Inside ? new AuthConfig() : client.authConfig();
    }

    @Override
    public CreateContainerCmd createContainerCmd(String image) {
        Side here = Routing.here();
        here.beforeCreate(image);
        return here.client().createContainerCmd(image);
    }

    @Override
    public InspectImageCmd inspectImageCmd(String image) {
        Side here = Routing.here();
        here.beforeInspect(image);
        return here.client().inspectImageCmd(image);
    }

    @Override
    public InspectContainerCmd inspectContainerCmd(String containerId) {
        Side side = Routing.of(containerId);
        InspectContainerCmd command = side.client().inspectContainerCmd(containerId);
        return side instanceof Inside inside
                ? withResult(
                        InspectContainerCmd.class,
                        command,
                        result -> inside.withMappedPorts((InspectContainerResponse) result))
                : command;
    }

    @Override
    public RemoveContainerCmd removeContainerCmd(String containerId) {
        Side side = Routing.of(containerId);
        side.beforeRemove(containerId);
        Routing.forget(containerId);
        return side.client().removeContainerCmd(containerId);
    }

    /** Remembers the engine, because later calls name only the command, and can come from a thread that uses another engine. */
    @Override
    public ExecCreateCmd execCreateCmd(String containerId) {
        Side side = Routing.of(containerId);
        ExecCreateCmd command = side.client().execCreateCmd(containerId);
        return side == Routing.here()
                ? command
                : withResult(ExecCreateCmd.class, command, result -> {
                    Routing.remember(((ExecCreateCmdResponse) result).getId(), side);
                    return result;
                });
    }

    @Override
    public ExecStartCmd execStartCmd(String execId) {
        return Routing.ofCommand(execId).client().execStartCmd(execId);
    }

    @Override
    public InspectExecCmd inspectExecCmd(String execId) {
        return Routing.ofCommand(execId).client().inspectExecCmd(execId);
    }

    @Override
    public void close() {
        throw new IllegalStateException(
                "Tried to close the client of Testcontainers but all of its users share that client;"
                        + " leave it open.");
    }

    /** Returns a proxy of the command that passes the result through {@code seeTo}. */
    private static <T> T withResult(Class<T> type, T command, UnaryOperator<Object> seeTo) {
        return type.cast(Proxy.newProxyInstance(
                RoutingClient.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(command, arguments);
                        if (result == command) {
                            return proxy;
                        }
                        return method.getName().equals("exec") ? seeTo.apply(result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
