package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * {@code dockerd} alone on a Unix socket in a folder that this program shares with it, without our start script: the fastest setup by hand.
 *
 * @param image the daemon image
 * @param outer the engine on which the daemon runs
 * @param privilege the privilege of the daemon container
 */
record BareDaemon(String image, OuterEngine outer, GrantedPrivilege privilege) implements Contender {

    private static final String FOLDER = "/nested-docker-bench";
    private static final String SOCKET = "docker.sock";
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "bare dockerd, Unix socket";
    }

    @Override
    public AutoCloseable start() throws Exception {
        Path folder = Files.createTempDirectory("nested-docker-bench-");
        try {
            String id = outer.create(
                    image,
                    request -> request.withEntrypoint(privilege.dockerd(
                                    "--host=unix://" + FOLDER + "/" + SOCKET, "--group=" + groupOf(folder)))
                            .withCmd()
                            .withVolumes(new Volume("/var/lib/docker"))
                            .withHostConfig(host(folder)));
            outer.startOrRemove(id);
            try {
                awaitAnswer(folder.resolve(SOCKET), id);
            } catch (Exception e) {
                outer.remove(id);
                throw e;
            }
            return () -> {
                outer.remove(id);
                delete(folder);
            };
        } catch (Exception e) {
            delete(folder);
            throw e;
        }
    }

    private HostConfig host(Path folder) {
        HostConfig host =
                HostConfig.newHostConfig().withBinds(new Bind(folder.toString(), new Volume(FOLDER), AccessMode.rw));
        privilege.giveTo(host);
        return host;
    }

    private void awaitAnswer(Path socket, String id) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        try (DockerClient inner = OuterEngine.innerClient(URI.create("unix://" + socket))) {
            while (!answers(inner, socket)) {
                if (System.nanoTime() > end) {
                    throw new IOException("dockerd did not answer on its Unix socket within " + LONGEST.toSeconds()
                            + " s; its last lines: " + outer.lastWords(id));
                }
                Pause.beforeAskingAgain();
            }
        }
    }

    private static boolean answers(DockerClient inner, Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try {
            inner.pingCmd().exec();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Returns the group of the folder, so that a program that is not root can open the socket. */
    private static String groupOf(Path folder) {
        try {
            return String.valueOf(Files.getAttribute(folder, "unix:gid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "0";
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(SOCKET));
        Files.deleteIfExists(folder);
    }
}
