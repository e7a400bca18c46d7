package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.Ipv4Network;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Chooses the inner engine's addresses, which do not overlap with those in use around and above it.
 *
 * <p>An inner network that covers an outer address makes that address unreachable from inside, and without a plan, the third level of
 * nesting fails, because an engine sees only the routes of its own container.
 *
 * @see <a href="https://github.com/moby/moby/issues/32842">moby issue 32842</a>
 */
final class AddressPlan {

    /** The prefix length of each network in the pool. */
    static final int POOL_NETWORK_PREFIX = 24;

    private AddressPlan() {}

    /** Returns the default bridge's network; always the same for the same input. */
    static Ipv4Network bridgeClearOf(List<Ipv4Network> taken) {
        return firstFree(taken, bridgeCandidates());
    }

    /** Returns the range for further inner networks; always the same for the same input. */
    static Ipv4Network poolClearOf(List<Ipv4Network> taken) {
        return firstFree(taken, poolCandidates());
    }

    private static Ipv4Network firstFree(List<Ipv4Network> used, Stream<Ipv4Network> candidates) {
        return candidates
                .filter(candidate -> !candidate.overlapsAny(used))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "Tried to plan addresses for a nested daemon but all private ranges" + " overlap with " + used
                                + "; set a free range with addressPool(..) and daemonArgs(\"--bip=..\")."));
    }

    /** Returns Docker's default ranges in ascending order, so that a first-level daemon looks familiar, then a rarely used part of 10/8. */
    private static Stream<Ipv4Network> bridgeCandidates() {
        return Stream.concat(
                IntStream.rangeClosed(17, 31).mapToObj(i -> Ipv4Network.parse("172." + i + ".0.0/16")),
                IntStream.rangeClosed(0, 255).mapToObj(i -> Ipv4Network.parse("10.213." + i + ".0/24")));
    }

    /** Returns the same ranges in descending order, so that the bridges and pools of many levels do not soon collide. */
    private static Stream<Ipv4Network> poolCandidates() {
        return Stream.concat(
                IntStream.rangeClosed(17, 31).mapToObj(i -> Ipv4Network.parse("172." + (48 - i) + ".0.0/16")),
                IntStream.rangeClosed(0, 255).mapToObj(i -> Ipv4Network.parse("10." + (214 + i) % 256 + ".0.0/16")));
    }
}
