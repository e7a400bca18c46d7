package io.nesteddocker.internal.launch;

import io.nesteddocker.ExecResult;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.SharedFolder;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ensures that a shared folder is this program's folder, and not a folder of the same name on another machine. */
final class SharedFolderCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SharedFolderCheck.class);

    private final OuterEngine outer;
    private final List<SharedFolder> folders;

    SharedFolderCheck(Options options, OuterEngine outer) {
        this.outer = outer;
        folders = options.storage().folders();
    }

    /** Refuses folders that can't be shared, while there is nothing to undo. */
    void check() {
        OuterFacts facts = outer.facts();
        for (SharedFolder folder : folders) {
            if (facts.nesting().depth() > 0) {
                checkParent(folder, facts.sharedFiles().folders());
            } else if (facts.ports().isRemote()) {
                throw refused(
                        folder.path(),
                        "that engine is on another machine, which does not have this program's files",
                        "copy them with copyIn(..) once the daemon runs");
            }
        }
    }

    private void checkParent(SharedFolder folder, List<SharedFolder> parents) {
        SharedFolder parent = parents.stream()
                .filter(folder::isIn)
                .findFirst()
                .orElseThrow(() -> refused(
                        folder.path(),
                        "that engine is a nested daemon that does not have the folder itself",
                        "share the folder with that daemon, too"));
        if (parent.readOnly() && !folder.readOnly()) {
            throw refused(
                    folder.path(),
                    "that engine is a nested daemon that may only read the folder",
                    "use shareReadOnly(..), or share(..) with that daemon, too");
        }
    }

    /**
     * Compares the folders with those that the daemon container sees, if the engine runs on this program's kernel; otherwise they can't be
     * compared.
     */
    void verify(String containerId) throws InterruptedException {
        if (folders.isEmpty()
                || !(outer.facts().sharedFiles().withProgram()
                        || outer.facts().nesting().depth() > 0)) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("stat", "-c", "%d %i", "--"));
        List<String> expected = new ArrayList<>();
        for (SharedFolder folder : folders) {
            command.add(folder.path());
            expected.add(identity(folder.path()));
        }
        ExecResult seen = outer.containers().exec(containerId, command);
        List<String> found = seen.stdout().lines().toList();
        if (seen.exitCode() != 0 || found.size() != expected.size()) {
            LOG.debug("The daemon container's stat printed nothing about the shared folders: {}", seen.stderr());
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).isEmpty() && !expected.get(i).equals(found.get(i))) {
                throw refused(
                        folders.get(i).path(),
                        "that engine has another folder of the same name, so it does not see this program's files",
                        "if this program runs in a container, mount the folder there from the same path of its machine, or copy with"
                                + " copyIn(..)");
            }
        }
    }

    private static String identity(String path) {
        try {
            return Files.getAttribute(Path.of(path), "unix:dev") + " " + Files.getAttribute(Path.of(path), "unix:ino");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("The identity of {} could not be read here", path, e);
            return "";
        }
    }

    private OuterEngineException refused(String path, String reason, String cure) {
        return new OuterEngineException(
                "Tried to share the folder " + path + " with a daemon on the outer engine at " + outer.description()
                        + " but " + reason + "; " + cure + ".",
                null);
    }
}
