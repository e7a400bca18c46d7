package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FillOrdersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 1_000})
    void theArchiveIsFollowedByTheOrdersInBlocksOfAnySize(int block) {
        try (FillOrders orders = new FillOrders(bytes("archive"))) {
            orders.add("list /seed", new byte[0]);
            orders.add("take 4 /seed", bytes("\0two"));
            orders.close();
            assertThat(readAll(orders, block)).isEqualTo("archivelist /seed\ntake 4 /seed\n\0two");
        }
    }

    @Test
    void aByteIsReadAsAPositiveNumber() throws IOException {
        try (FillOrders orders = new FillOrders(new byte[] {(byte) 0xff})) {
            assertThat(orders.read()).isEqualTo(0xff);
        }
    }

    @Test
    void anEmptyArchiveIsNotTheEnd() {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            orders.add("list", new byte[0]);
            orders.close();
            assertThat(readAll(orders, 100)).isEqualTo("list\n");
        }
    }

    @Test
    void theEndStaysTheEnd() throws IOException {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            orders.close();
            for (int i = 0; i < 3; i++) {
                assertThat(orders.read()).isEqualTo(-1);
                orders.add("too late", new byte[0]);
            }
        }
    }

    @Test
    void aReadOfNoBytesDoesNotWait() {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            assertThat(orders.read(new byte[1], 0, 0)).isZero();
        }
    }

    @Test
    void aReaderWaitsForAnOrderAndThenForTheEnd() throws Exception {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            CompletableFuture<String> read = new CompletableFuture<>();
            StringBuffer soFar = new StringBuffer();
            Thread reader = new Thread(() -> read.complete(readAll(orders, 100, soFar)));
            reader.start();
            awaitWaiting(reader);
            orders.add("list", new byte[0]);
            Eventually.await(PATIENCE, "the order is read", () -> soFar.length() == "list\n".length());
            awaitWaiting(reader);
            assertThat(read).isNotDone();
            orders.close();
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo("list\n");
        }
    }

    @Test
    void anInterruptEndsTheStreamAndIsKept() throws Exception {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                String nothing = readAll(orders, 100);
                interrupted.complete(nothing.isEmpty() && Thread.currentThread().isInterrupted());
            });
            reader.start();
            awaitWaiting(reader);
            reader.interrupt();
            assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void ordersThatAreAddedDuringTheReadingStayInOrder() throws Exception {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            CompletableFuture<String> read = new CompletableFuture<>();
            new Thread(() -> read.complete(readAll(orders, 5))).start();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 1_000; i++) {
                orders.add("take " + i, bytes("content of " + i));
                expected.append("take ").append(i).append("\ncontent of ").append(i);
            }
            orders.close();
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(expected.toString());
        }
    }

    @Test
    void anOrderOfOneThreadIsNotInsideThatOfAnother() throws Exception {
        try (FillOrders orders = new FillOrders(new byte[0])) {
            CountDownLatch begin = new CountDownLatch(1);
            List<Thread> adders = Stream.generate(() -> new Thread(() -> {
                        awaitQuietly(begin);
                        for (int i = 0; i < 1_000; i++) {
                            orders.add("line", bytes("content\n"));
                        }
                    }))
                    .limit(4)
                    .toList();
            adders.forEach(Thread::start);
            begin.countDown();
            for (Thread adder : adders) {
                adder.join();
            }
            orders.close();
            assertThat(readAll(orders, 64)).isEqualTo("line\ncontent\n".repeat(4_000));
        }
    }

    private static void awaitQuietly(CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(Thread reader) {
        Eventually.await(PATIENCE, "the reader waits", () -> reader.getState() == Thread.State.WAITING);
    }

    private static String readAll(FillOrders orders, int block) {
        return readAll(orders, block, new StringBuffer());
    }

    private static String readAll(FillOrders orders, int block, StringBuffer text) {
        byte[] buffer = new byte[block];
        for (int count = orders.read(buffer, 0, block); count >= 0; count = orders.read(buffer, 0, block)) {
            text.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
