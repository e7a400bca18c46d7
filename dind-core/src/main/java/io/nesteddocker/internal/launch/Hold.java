package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.relay.Relay;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the program {@code hold} in the daemon container. While it is open, no other program uses the daemon.
 *
 * <p>The kernel or the outer engine closes the connection of a program that has died, so a dead program does not hold a daemon.
 * Thread-safe. The source of {@code hold} is {@code src/main/c/hold.c}.
 */
public final class Hold implements Closeable {

    private static final int LONGEST_ANSWER = 100;
    private static final int PATIENCE_SECONDS = 10;
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String FREE = "free";
    private static final int FREE_WORDS = 3;

    /** The condition in which the last program has left a daemon; {@code hold.c} stores these names in lower case. */
    public enum Condition {
        /** The daemon is being started, or its start was not completed. */
        BEGUN,
        /** The daemon is as it was after its start. */
        CLEAN,
        /** A program uses the daemon, or has used it. */
        USED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Thrown if another program or handle holds the daemon. */
    static final class HeldException extends IOException {

        private static final long serialVersionUID = 1L;

        HeldException() {
            super("another program or handle uses the daemon");
        }
    }

    private final DaemonConnection connection;
    private final Condition found;
    private final String fingerprint;
    private final Optional<Path> folder;

    private Hold(DaemonConnection connection, Condition found, String fingerprint, Optional<Path> folder) {
        this.connection = connection;
        this.found = found;
        this.fingerprint = fingerprint;
        this.folder = folder;
    }

    /**
     * Takes hold of a daemon unless another program holds it.
     *
     * @param folder the session folder that this machine shares with the daemon container, if there is one
     * @param inSessionFolder whether the daemon container shares a session folder with any machine
     * @param relay the way to the socket if this program can't open the folder
     * @return empty if another program holds the daemon
     * @throws IOException if the daemon container does not answer
     */
    static Optional<Hold> take(Optional<Path> folder, boolean inSessionFolder, Relay relay) throws IOException {
        Optional<DaemonConnection> direct = folder.flatMap(Hold::connect);
        DaemonConnection connection =
                direct.isPresent() ? direct.get() : relay.toSocket(ContainerPlan.holdSocket(inSessionFolder));
        // A frozen container accepts the connection and sends nothing.
        CompletableFuture<Void> answered = new CompletableFuture<>();
        answered.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            Quietly.close(connection);
            return null;
        });
        try {
            String answer = readLine(connection);
            String[] words = answer.split(" ", -1);
            if (words[0].equals(FREE) && words.length == FREE_WORDS) {
                return Optional.of(new Hold(
                        connection, condition(words[1]), words[2], direct.isPresent() ? folder : Optional.empty()));
            }
            Quietly.close(connection);
            return Optional.empty();
        } catch (IOException e) {
            Quietly.close(connection);
            throw e;
        } finally {
            answered.complete(null);
        }
    }

    /**
     * Takes hold of the daemon that this program has just started. Tries again if another program holds it for a moment or {@code hold} has
     * not started yet.
     */
    static Hold takeOwn(Optional<Path> folder, Relay relay) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(PATIENCE_SECONDS));
        IOException reason = new IOException("another program holds it");
        while (!deadline.hasPassed()) {
            try {
                Optional<Hold> hold = take(folder, folder.isPresent(), relay);
                if (hold.isPresent()) {
                    return new Hold(hold.get().connection, hold.get().found, hold.get().fingerprint, folder);
                }
            } catch (IOException e) {
                reason = e;
            }
            deadline.pause(PAUSE);
        }
        throw reason;
    }

    /** Connects to the socket in the folder, unless the folder belongs to another machine or another user. */
    private static Optional<DaemonConnection> connect(Path folder) {
        try {
            Path socket = folder.resolve(ContainerPlan.HOLD_NAME);
            return Optional.of(DaemonConnection.over(SocketChannel.open(UnixDomainSocketAddress.of(socket))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String readLine(DaemonConnection connection) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = connection.input().read();
                next != '\n';
                next = connection.input().read()) {
            if (next < 0 || line.length() == LONGEST_ANSWER) {
                throw new IOException("the program hold in the daemon container gave no answer");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private static Condition condition(String word) {
        for (Condition known : Condition.values()) {
            if (word.equals(known.word())) {
                return known;
            }
        }
        return Condition.BEGUN;
    }

    /** Returns the condition in which this program found the daemon. */
    Condition found() {
        return found;
    }

    /** Returns the hash of the options that the daemon was started with. */
    String fingerprint() {
        return fingerprint;
    }

    /** Returns the session folder that this machine shares with the daemon container, if this program can open it. */
    public Optional<Path> folder() {
        return folder;
    }

    /** Returns whether this program still holds the daemon; the connection may have been lost. */
    public boolean lasts() {
        return connection.isIdle();
    }

    /** Records the daemon's condition for the next program. */
    public void write(Condition condition) throws IOException {
        connection.output().write((condition.word() + "\n").getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
    }

    /** Releases the daemon. */
    @Override
    public void close() {
        Quietly.close(connection);
    }
}
