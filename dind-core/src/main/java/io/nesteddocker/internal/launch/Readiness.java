package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Ping;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.log.LastWords;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits until the inner API has answered through the link.
 *
 * <p>A listening port, a log line or a command in the container proves nothing: dockerd listens long before it serves, and a command during
 * its start disturbs the set-up of the cgroups.
 *
 * @see <a href="https://github.com/moby/moby/pull/48850">moby pull request 48850</a>
 */
public final class Readiness {

    private static final Duration PAUSE = Duration.ofMillis(3);

    /**
     * The pause before a TLS port, which is behind the outer engine's proxy: each attempt takes processor time from the daemon that is
     * starting.
     */
    private static final Duration PAUSE_BEFORE_TLS = Duration.ofMillis(25);

    /** The wait for the log to show that the API listens. Earlier attempts nearly always fail, but the log level may suppress that line. */
    private static final Duration PAUSE_BEFORE_FIRST_TLS = Duration.ofMillis(500);

    /**
     * The same wait before a tunnel, which is a command in the container and must not start before the daemon has. The log level may
     * suppress the line, too.
     */
    private static final Duration PAUSE_BEFORE_TUNNEL = Duration.ofSeconds(3);

    /** The time after which a refused port is final: an engine with another loopback address than this program's refuses forever. */
    private static final Duration PATIENCE_WITH_REFUSED_PORT = Duration.ofSeconds(5);

    private Readiness() {}

    /** Thrown if the inner API has not answered; the message is the reason, to be put into a sentence. */
    public static final class NotReadyException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String reason;

        NotReadyException(String reason) {
            super(reason);
            this.reason = reason;
        }

        @Override
        public String getMessage() {
            return reason;
        }
    }

    /**
     * Waits until the API of a new container answers, and returns the engine's API version.
     *
     * @throws NotReadyException as soon as the container has ended, when the time is over, or if this program can't reach the port that the
     * outer engine published
     */
    static String awaitFirst(Link link, DaemonLog log, Deadline deadline, Cancellation cancellation)
            throws InterruptedException {
        return await(link, log, deadline, cancellation, PATIENCE_WITH_REFUSED_PORT);
    }

    /**
     * Does the same for a container that has run before, whose port may refuse connections while its daemon is down.
     *
     * @throws NotReadyException as soon as the container has ended, or when the time is over
     */
    public static String await(Link link, DaemonLog log, Deadline deadline, Cancellation cancellation)
            throws InterruptedException {
        return await(link, log, deadline, cancellation, Duration.ofMillis(Math.max(0, deadline.remainingMillis())));
    }

    private static String await(
            Link link, DaemonLog log, Deadline deadline, Cancellation cancellation, Duration patienceWithRefusedPort)
            throws InterruptedException {
        if (!isCheap(link)) {
            awaitWord(
                    link instanceof Link.TunnelLink ? PAUSE_BEFORE_TUNNEL : PAUSE_BEFORE_FIRST_TLS,
                    log,
                    deadline,
                    cancellation);
        }
        Optional<Deadline> refusedUntil = Optional.empty();
        while (true) {
            cancellation.throwIfCancelled();
            boolean over = log.hasEnded();
            Ping.Answer answer = link.ping();
            if (answer instanceof Ping.Answer.Ready ready) {
                return ready.apiVersion();
            }
            String lastAnswer = answer instanceof Ping.Answer.NotYet notYet ? notYet.reason() : answer.toString();
            if (over) {
                throw new NotReadyException(LastWords.of(log));
            }
            refusedUntil = isRefusedPort(link, log, answer)
                    ? refusedUntil.or(() -> Optional.of(Deadline.in(patienceWithRefusedPort)))
                    : Optional.empty();
            if (refusedUntil.filter(Deadline::hasPassed).isPresent()) {
                throw new NotReadyException("the daemon listens, but this program reaches nothing at "
                        + link.dockerHost() + "; the outer engine opens ports in another network than this program's");
            }
            if (deadline.hasPassed()) {
                throw new NotReadyException(
                        "the time was over; the last attempt to reach the inner API ended with: " + lastAnswer);
            }
            pause(link, log, deadline);
        }
    }

    private static boolean isRefusedPort(Link link, DaemonLog log, Ping.Answer answer) {
        boolean isPort = link instanceof Link.TlsLink || link instanceof Link.PlainLink;
        return isPort && log.hasListened() && answer instanceof Ping.Answer.NotYet notYet && notYet.isRefused();
    }

    private static void awaitWord(Duration pause, DaemonLog log, Deadline deadline, Cancellation cancellation)
            throws InterruptedException {
        Deadline patience = Deadline.in(pause);
        while (!log.awaitListening(PAUSE_BEFORE_TLS) && !patience.hasPassed() && !deadline.hasPassed()) {
            cancellation.throwIfCancelled();
        }
    }

    /**
     * Waits before the next attempt. The log line that the API listens proves nothing, but from then on frequent attempts are worthwhile.
     */
    private static void pause(Link link, DaemonLog log, Deadline deadline) throws InterruptedException {
        if (isCheap(link) || log.awaitListening(PAUSE_BEFORE_TLS)) {
            deadline.pause(PAUSE);
        }
    }

    private static boolean isCheap(Link link) {
        return link.ssl() == null && !(link instanceof Link.TunnelLink);
    }
}
