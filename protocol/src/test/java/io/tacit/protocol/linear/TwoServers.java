package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Both servers in this process, with random shares of random weights and inputs. */
final class TwoServers implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 60_000;

    /** What both servers hold for one layer. */
    record Shares(LinearShape shape, RingVector[] weights, RingVector[][] masks) {}

    private record Server(int server, List<Shares> layers, List<RingVector[]> results) implements TripletSource.Layers {
        @Override
        public RingVector weightShare(int layer) {
            return layers.get(layer).weights()[server];
        }

        @Override
        public RingVector[] maskShares(int layer) {
            return layers.get(layer).masks()[server];
        }

        @Override
        public void take(int layer, RingVector[] products) {
            if (layer != results.size()) {
                throw new IllegalStateException("layer " + layer + " after " + results.size());
            }
            results.add(products);
        }
    }

    final ExecutorService threads = Executors.newCachedThreadPool();
    final SecureRandom random = new SecureRandom();
    final Seed seed = Seed.random(random);
    final Prg prg = seed.generator("two servers");
    final TripletPlan plan;
    final SecretKey[] keys = new SecretKey[2];
    final PublicKey[] publicKeys = new PublicKey[2];
    final Channel[] channels = new Channel[2];
    final HomomorphicTriplets[] servers = new HomomorphicTriplets[2];

    TwoServers(List<LinearShape> layers, PackingGoal goal, Pipeline pipeline, int workersEach) {
        this(layers, goal, pipeline, workersEach, (server, channel) -> channel);
    }

    /** @param tamper what becomes of the channel that a server, 0 or 1, speaks through */
    TwoServers(
            List<LinearShape> layers,
            PackingGoal goal,
            Pipeline pipeline,
            int workersEach,
            BiFunction<Integer, Channel, Channel> tamper) {
        plan = new TripletPlan(layers, SecurityLevel.STANDARD, goal);
        MemoryChannel.Pair pair = MemoryChannel.connect("server-0", "server-1", TIMEOUT_MILLIS);
        channels[0] = tamper.apply(0, pair.left());
        channels[1] = tamper.apply(1, pair.right());
        for (int i = 0; i < 2; i++) {
            keys[i] = SecretKey.generate(plan.ring(), prg);
            publicKeys[i] = keys[i].publicKey(prg);
        }
        for (int i = 0; i < 2; i++) {
            PublicKey peers = PublicKey.decode(plan.ring(), publicKeys[1 - i].encode(), channels[i].peer());
            servers[i] = new HomomorphicTriplets(
                    channels[i], plan, keys[i], peers, threads, new Workers(threads, workersEach), random, pipeline);
        }
    }

    Shares draw(LinearShape shape, int queries) {
        Ring ring = shape.ring();
        RingVector[] weights = new RingVector[2];
        RingVector[][] masks = new RingVector[2][queries];
        for (int i = 0; i < 2; i++) {
            weights[i] = uniform(ring, shape.geometry().weightCount());
            for (int query = 0; query < queries; query++) {
                masks[i][query] = uniform(ring, shape.geometry().inputSize());
            }
        }
        return new Shares(shape, weights, masks);
    }

    RingVector uniform(Ring ring, int length) {
        RingVector vector = ring.zeros(length);
        vector.randomize(prg, 0, length);
        return vector;
    }

    /** Results by server, layer and query. */
    List<List<RingVector[]>> products(List<Shares> layers) {
        List<Callable<List<RingVector[]>>> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int server = i;
            calls.add(() -> {
                List<RingVector[]> results = new ArrayList<>();
                servers[server].products(
                        layers.stream().map(Shares::shape).toList(),
                        layers.get(0).masks()[0].length,
                        new Server(server, layers, results));
                return results;
            });
        }
        return both(calls);
    }

    <T> List<T> both(List<Callable<T>> calls) {
        List<Future<T>> futures = calls.stream().map(threads::submit).toList();
        List<T> results = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<T> future : futures) {
            try {
                results.add(future.get(TIMEOUT_MILLIS * 10, TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                RuntimeException thrown = (RuntimeException) e.getCause();
                if (failure == null) {
                    failure = thrown;
                } else {
                    failure.addSuppressed(thrown);
                }
            } catch (Exception e) {
                throw new IllegalStateException("a server does not end", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    /** (W_0 + W_1) * (B_0 + B_1) for each query, by the kernel. */
    static RingVector[] expected(Shares shares) {
        Ring ring = shares.shape().ring();
        var geometry = shares.shape().geometry();
        RingVector weights = sum(shares.weights()[0], shares.weights()[1]);
        RingVector[] products = new RingVector[shares.masks()[0].length];
        for (int query = 0; query < products.length; query++) {
            RingVector input = sum(shares.masks()[0][query], shares.masks()[1][query]);
            products[query] = ring.zeros(geometry.outputSize());
            ring.convolve(geometry, 1, weights, input, 0, products[query], 0, Workers.NONE);
        }
        return products;
    }

    static RingVector sum(RingVector a, RingVector b) {
        RingVector sum = a.ring().zeros(a.length());
        a.ring().add(a, 0, b, 0, sum, 0, a.length());
        return sum;
    }

    static long[] residues(RingVector vector) {
        long[] residues = new long[vector.length()];
        for (int i = 0; i < residues.length; i++) {
            residues[i] = vector.get(i);
        }
        return residues;
    }

    Traffic.Count traffic(int server) {
        return channels[server].traffic().total();
    }

    @Override
    public void close() {
        for (int i = 0; i < 2; i++) {
            servers[i].close();
            keys[i].close();
            channels[i].close();
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("a stage does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
