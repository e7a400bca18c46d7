package io.nesteddocker.internal.http;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reaches a daemon on another machine as the docker command does: runs {@code docker system dial-stdio} there, through the system's ssh.
 *
 * <p>ssh uses the user's configuration, keys, agent and known hosts, as always. It may not ask for a password, because the user would not
 * see the question. Thread-safe.
 *
 * @see <a href="https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket">Docker: SSH</a>
 */
final class SshTunnel implements Tunnel {

    private static final int MOST_STDERR = 2 * 1024;

    private final List<String> command;
    private final String target;

    private SshTunnel(List<String> command, String target) {
        this.command = command;
        this.target = target;
    }

    /**
     * Makes a tunnel to an address {@code ssh://user@host:port/path/to/docker.sock}, of which only the host is required.
     *
     * @param ssh the ssh program, and its first options
     * @throws IllegalArgumentException if the address has no host, or has a password
     */
    static SshTunnel to(URI address, List<String> ssh) {
        String user = address.getUserInfo();
        if (address.getHost() == null || (user != null && user.contains(":"))) {
            throw new IllegalArgumentException("Tried to use an ssh:// address of a Docker daemon but "
                    + (address.getHost() == null
                            ? "it names no valid host"
                            : "it has a password, which ssh does not take")
                    + ". Give one such as ssh://user@host, and let ssh log in with a key or an agent.");
        }
        List<String> command = new ArrayList<>(ssh);
        command.addAll(List.of("-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"));
        if (address.getPort() > 0) {
            command.addAll(List.of("-p", String.valueOf(address.getPort())));
        }
        if (user != null) {
            command.addAll(List.of("-l", user));
        }
        String host = address.getHost().replaceAll("[\\[\\]]", "");
        command.addAll(List.of("--", host, "docker"));
        String path = address.getPath();
        if (path != null && path.length() > 1) {
            // ssh joins the arguments, and the shell on the other machine splits them again.
            command.addAll(List.of("--host", "'unix://" + path.replace("'", "'\\''") + "'"));
        }
        command.addAll(List.of("system", "dial-stdio"));
        return new SshTunnel(List.copyOf(command), host);
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public DaemonConnection open() throws IOException {
        Process ssh = new ProcessBuilder(command).start();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Thread listener = Threads.start("nested-docker-ssh " + target, () -> collect(ssh.getErrorStream(), said));
        return DaemonConnection.of(
                new Output(ssh, said, listener),
                ssh.getOutputStream(),
                ssh.getOutputStream()::close,
                ssh::destroy,
                () -> ssh.isAlive() && ssh.getInputStream().available() == 0);
    }

    /** Closes the connection; the first request that needs one opens another. */
    @Override
    public void keep(DaemonConnection spare) {
        Quietly.close(spare);
    }

    private static void collect(InputStream stderr, ByteArrayOutputStream said) {
        byte[] buffer = new byte[1024];
        try (stderr) {
            int count;
            while ((count = stderr.read(buffer)) >= 0) {
                synchronized (said) {
                    said.write(buffer, 0, Math.min(count, MOST_STDERR - said.size()));
                }
            }
        } catch (IOException e) {
            // The process was ended by us.
            Thread.currentThread().interrupt();
        }
    }

    /** The output of ssh; if ssh ends before any output, reading throws an exception with the errors that ssh printed. */
    private static final class Output extends FilterInputStream {

        private final Process ssh;
        private final ByteArrayOutputStream said;
        private final Thread listener;
        private boolean answered;

        Output(Process ssh, ByteArrayOutputStream said, Thread listener) {
            super(ssh.getInputStream());
            this.ssh = ssh;
            this.said = said;
            this.listener = listener;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count >= 0) {
                answered = true;
            } else if (!answered) {
                throw new IOException("ssh ended" + description());
            }
            return count;
        }

        private String description() {
            try {
                listener.join(1000);
                int status = ssh.waitFor();
                synchronized (said) {
                    return " with " + status + ": "
                            + said.toString(StandardCharsets.UTF_8).strip().replace("\r", "");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }
    }
}
