package io.nesteddocker.internal.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon container's output. Assembles lines from pieces, keeps the last lines, passes each line on, and detects the end of the
 * container.
 *
 * <p>One thread passes in the pieces; all other methods may be called from any thread.
 */
public final class DaemonLog {

    private static final Logger DAEMON = LoggerFactory.getLogger("io.nesteddocker.daemon");
    private static final String FAILED = "dind-init: failed: ";
    private static final String LISTENING = "API listen on";
    private static final Pattern STORAGE_DRIVER =
            Pattern.compile("msg=\"Docker daemon\".* (?:storage-driver|graphdriver(?:\\(s\\))?)=([^ ]+)");
    private static final int KEPT_LINES = 200;
    private static final int LONGEST_LINE = 16 * 1024;

    private final Consumer<String> consumer;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch listening = new CountDownLatch(1);
    private final CompletableFuture<String> exit = new CompletableFuture<>();
    private volatile boolean listened;
    private volatile Optional<String> storageDriver = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();
    private volatile Optional<String> endedHereBecause = Optional.empty();
    private volatile Expectation expectation = new Expectation("", new CountDownLatch(0));

    private record Expectation(String line, CountDownLatch seen) {}

    public DaemonLog(Consumer<String> consumer) {
        this.consumer = consumer;
    }

    /** Processes the next piece of output. */
    public void accept(byte[] piece) {
        for (byte next : piece) {
            if (next == '\n' || unfinished.size() >= LONGEST_LINE) {
                finishLine();
            }
            if (next != '\n' && next != '\r') {
                unfinished.write(next);
            }
        }
    }

    /** Records that the daemon reported its listening API before this log begins. */
    public void assumeListening() {
        listened = true;
        listening.countDown();
    }

    /** Records the end of the output, which means that the daemon container has ended. */
    public void end() {
        if (unfinished.size() > 0) {
            finishLine();
        }
        markEnded();
    }

    /**
     * Records that this program begins to close the daemon, so the close is the reason for the end of the output, unless the output has
     * ended before.
     */
    public void beginClose() {
        if (!hasEnded()) {
            endedHereBecause = Optional.of(LastWords.CLOSED);
        }
    }

    /** Records that no more output of the daemon container is expected, for a reason that is not in its log. */
    public void abandon(String because) {
        endedHereBecause = Optional.of(because);
        markEnded();
    }

    private void markEnded() {
        ended.countDown();
        listening.countDown();
        expectation.seen().countDown();
        // A user's code may depend on this future, and must not run on the log's thread.
        exit.completeAsync(() -> LastWords.of(this));
    }

    /** Returns a future that completes with the reason when the daemon container has ended. */
    public CompletableFuture<String> onExit() {
        return exit;
    }

    /** Begins to look for a line. The returned latch opens when that line, or the end of the log, has come. */
    public CountDownLatch expect(String line) {
        Expectation fresh = new Expectation(line, new CountDownLatch(1));
        expectation = fresh;
        if (hasEnded()) {
            fresh.seen().countDown();
        }
        return fresh.seen();
    }

    /** Returns whether the daemon container has ended. */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Waits until the daemon container has ended, and returns false if {@code patience} is over first. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the reason for which the start script gave up, if it wrote one. */
    Optional<String> failure() {
        return failure;
    }

    /** Returns the reason for the end of the output if this program closed or abandoned the daemon before that end. */
    public Optional<String> endedHereBecause() {
        return endedHereBecause;
    }

    /**
     * Waits until the daemon has reported that its API listens, or the container has ended. Returns false if {@code patience} is over
     * first.
     */
    public boolean awaitListening(Duration patience) throws InterruptedException {
        return listening.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns whether the daemon has ever reported that its API listens. */
    public boolean hasListened() {
        return listened;
    }

    /** Returns the storage driver that the daemon has reported. Empty until then, and always if the log lacks this line. */
    public Optional<String> storageDriver() {
        return storageDriver;
    }

    /** Returns a clause with the reason why the daemon can't be used any more, once the output has ended. */
    public Optional<String> reasonOfTheEnd() {
        if (!hasEnded()) {
            return Optional.empty();
        }
        // A daemon whose handle is closed may still run.
        return endedHereBecause
                .filter(LastWords.CLOSED::equals)
                .or(() -> Optional.of("the daemon container has ended: " + LastWords.of(this)));
    }

    /** Returns the last lines. */
    public List<String> tail() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    private void finishLine() {
        String line = unfinished.toString(StandardCharsets.UTF_8);
        unfinished.reset();
        if (line.startsWith(FAILED)) {
            failure = Optional.of(line.substring(FAILED.length()));
        }
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > KEPT_LINES) {
                lastLines.removeFirst();
            }
        }
        Expectation expected = expectation;
        if (line.equals(expected.line())) {
            expected.seen().countDown();
        }
        if (line.contains(LISTENING)) {
            listened = true;
            listening.countDown();
        }
        Matcher driver = STORAGE_DRIVER.matcher(line);
        if (driver.find()) {
            storageDriver = Optional.of(driver.group(1));
        }
        DAEMON.debug("{}", line);
        consumer.accept(line);
    }
}
