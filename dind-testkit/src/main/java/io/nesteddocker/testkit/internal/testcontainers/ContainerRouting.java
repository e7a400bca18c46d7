package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClientDelegate;
import com.github.dockerjava.api.command.AttachContainerCmd;
import com.github.dockerjava.api.command.CommitCmd;
import com.github.dockerjava.api.command.ContainerDiffCmd;
import com.github.dockerjava.api.command.CopyArchiveFromContainerCmd;
import com.github.dockerjava.api.command.CopyArchiveToContainerCmd;
import com.github.dockerjava.api.command.ExportContainerCmd;
import com.github.dockerjava.api.command.KillContainerCmd;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.command.PauseContainerCmd;
import com.github.dockerjava.api.command.RenameContainerCmd;
import com.github.dockerjava.api.command.ResizeContainerCmd;
import com.github.dockerjava.api.command.RestartContainerCmd;
import com.github.dockerjava.api.command.StartContainerCmd;
import com.github.dockerjava.api.command.StatsCmd;
import com.github.dockerjava.api.command.StopContainerCmd;
import com.github.dockerjava.api.command.TopContainerCmd;
import com.github.dockerjava.api.command.UnpauseContainerCmd;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerCmd;

/** Sends each call about a container to the engine that has the container. Thread-safe. */
abstract class ContainerRouting extends DockerClientDelegate {

    @Override
    public AttachContainerCmd attachContainerCmd(String containerId) {
        return Routing.of(containerId).client().attachContainerCmd(containerId);
    }

    @Override
    public CommitCmd commitCmd(String containerId) {
        return Routing.of(containerId).client().commitCmd(containerId);
    }

    @Override
    public ContainerDiffCmd containerDiffCmd(String containerId) {
        return Routing.of(containerId).client().containerDiffCmd(containerId);
    }

    @Override
    public CopyArchiveToContainerCmd copyArchiveToContainerCmd(String containerId) {
        return Routing.of(containerId).client().copyArchiveToContainerCmd(containerId);
    }

    @Override
    public ExportContainerCmd exportContainerCmd(String containerId) {
        return Routing.of(containerId).client().exportContainerCmd(containerId);
    }

    @Override
    public KillContainerCmd killContainerCmd(String containerId) {
        return Routing.of(containerId).client().killContainerCmd(containerId);
    }

    @Override
    public LogContainerCmd logContainerCmd(String containerId) {
        return Routing.of(containerId).client().logContainerCmd(containerId);
    }

    @Override
    public PauseContainerCmd pauseContainerCmd(String containerId) {
        return Routing.of(containerId).client().pauseContainerCmd(containerId);
    }

    @Override
    public RenameContainerCmd renameContainerCmd(String containerId) {
        return Routing.of(containerId).client().renameContainerCmd(containerId);
    }

    @Override
    public ResizeContainerCmd resizeContainerCmd(String containerId) {
        return Routing.of(containerId).client().resizeContainerCmd(containerId);
    }

    @Override
    public RestartContainerCmd restartContainerCmd(String containerId) {
        return Routing.of(containerId).client().restartContainerCmd(containerId);
    }

    @Override
    public StartContainerCmd startContainerCmd(String containerId) {
        return Routing.of(containerId).client().startContainerCmd(containerId);
    }

    @Override
    public StatsCmd statsCmd(String containerId) {
        return Routing.of(containerId).client().statsCmd(containerId);
    }

    @Override
    public StopContainerCmd stopContainerCmd(String containerId) {
        return Routing.of(containerId).client().stopContainerCmd(containerId);
    }

    @Override
    public TopContainerCmd topContainerCmd(String containerId) {
        return Routing.of(containerId).client().topContainerCmd(containerId);
    }

    @Override
    public UnpauseContainerCmd unpauseContainerCmd(String containerId) {
        return Routing.of(containerId).client().unpauseContainerCmd(containerId);
    }

    @Override
    public UpdateContainerCmd updateContainerCmd(String containerId) {
        return Routing.of(containerId).client().updateContainerCmd(containerId);
    }

    @Override
    public WaitContainerCmd waitContainerCmd(String containerId) {
        return Routing.of(containerId).client().waitContainerCmd(containerId);
    }

    @Override
    public CopyArchiveFromContainerCmd copyArchiveFromContainerCmd(String containerId, String resource) {
        return Routing.of(containerId).client().copyArchiveFromContainerCmd(containerId, resource);
    }
}
