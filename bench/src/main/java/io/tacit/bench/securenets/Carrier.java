package io.tacit.bench.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import java.util.List;
import java.util.stream.IntStream;

/** How user and clouds are connected in a measurement. */
@FunctionalInterface
public interface Carrier {

    /** The two ends of one lane. */
    record Lane(Channel user, Channel cloud) {}

    /**
     * Opens one lane.
     *
     * @param cloud number of the cloud, from 0
     * @param lane number of the lane, from 0
     */
    Lane open(int cloud, int lane);

    /** Both ends in this process, nothing encrypted: the cost of the protocol alone. */
    static Carrier memory() {
        return (cloud, lane) -> {
            MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-" + (cloud + 1), 600_000);
            return new Lane(pair.left(), pair.right());
        };
    }

    /** Names of the roles in order, for carriers that dial by name. */
    static List<String> clouds(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(k -> "cloud-" + k).toList();
    }
}
