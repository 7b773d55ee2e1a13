package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.kernel.Workers;
import io.tacit.protocol.material.MemoryMaterialStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Clouds in threads of this process, a thread a lane, and the user's ends of the lanes. */
final class Parties implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 20_000;

    final List<List<Channel>> lanes = new ArrayList<>();
    final SecureRandom random = new SecureRandom();
    final MemoryMaterialStore store = new MemoryMaterialStore(1L << 30, random);
    final ConcurrentLinkedQueue<Throwable> cloudFailures = new ConcurrentLinkedQueue<>();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final Workers userWorkers;

    Parties(int clouds, int laneCount) {
        this(clouds, laneCount, CloudLimits.usual(), (cloud, channel) -> channel);
    }

    /** @param tamper what becomes of the channel that cloud number (from 0) speaks through */
    Parties(int clouds, int laneCount, CloudLimits limits, BiFunction<Integer, Channel, Channel> tamper) {
        userWorkers = new Workers(threads, Math.max(laneCount, 2));
        for (int lane = 0; lane < laneCount; lane++) {
            lanes.add(new ArrayList<>());
        }
        for (int k = 0; k < clouds; k++) {
            Cloud cloud = new Cloud(limits, Workers.NONE);
            for (int lane = 0; lane < laneCount; lane++) {
                MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-" + (k + 1), TIMEOUT_MILLIS);
                lanes.get(lane).add(pair.left());
                Channel end = tamper.apply(k, pair.right());
                threads.execute(() -> {
                    try {
                        cloud.serve(end);
                    } catch (Throwable e) {
                        cloudFailures.add(e);
                    }
                });
            }
        }
    }

    /** The first lane of each cloud. */
    List<Channel> first() {
        return lanes.get(0);
    }

    @Override
    public void close() {
        lanes.forEach(lane -> lane.forEach(Channel::close));
        threads.shutdown();
        try {
            if (!threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("a cloud does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
