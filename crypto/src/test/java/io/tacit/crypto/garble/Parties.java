package io.tacit.crypto.garble;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs n parties, each in a thread of its own. */
final class Parties {
    private static final long TIMEOUT_MILLIS = 60_000;

    private Parties() {}

    interface Role<T> {
        T run(Mesh mesh) throws Exception;
    }

    /** Something a test does to one party's end of one channel. */
    interface Wrapping {
        Channel wrap(int self, int peer, Channel channel);
    }

    static String name(int party) {
        return "server-" + party;
    }

    static List<Mesh> meshes(int parties, Wrapping wrapping) {
        Channel[][] ends = new Channel[parties][parties];
        for (int i = 0; i < parties; i++) {
            for (int j = i + 1; j < parties; j++) {
                MemoryChannel.Pair pair = MemoryChannel.connect(name(i), name(j), TIMEOUT_MILLIS);
                ends[i][j] = wrapping.wrap(i, j, pair.left());
                ends[j][i] = wrapping.wrap(j, i, pair.right());
            }
        }
        List<Mesh> meshes = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            List<Optional<Channel>> channels = new ArrayList<>();
            for (int j = 0; j < parties; j++) {
                channels.add(Optional.ofNullable(ends[i][j]));
            }
            meshes.add(new Mesh(i, channels));
        }
        return meshes;
    }

    static <T> List<T> run(int parties, Role<T> role) throws Exception {
        return run(meshes(parties, (self, peer, channel) -> channel), role);
    }

    /** The first failure by party's number is thrown; when one fails, its channels are closed. */
    static <T> List<T> run(List<Mesh> meshes, Role<T> role) throws Exception {
        List<Object> outcomes = outcomes(meshes, role);
        List<T> results = new ArrayList<>();
        for (Object outcome : outcomes) {
            if (outcome instanceof Exception failure) {
                throw failure;
            }
            @SuppressWarnings("unchecked") // what the role returned
            T result = (T) outcome;
            results.add(result);
        }
        return results;
    }

    /** What each party returned or threw. */
    static <T> List<Object> outcomes(List<Mesh> meshes, Role<T> role) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(meshes.size());
        try {
            List<Future<Object>> futures = new ArrayList<>();
            for (Mesh mesh : meshes) {
                futures.add(executor.submit(() -> {
                    try {
                        return role.run(mesh);
                    } catch (Exception e) {
                        for (int party : mesh.others()) {
                            mesh.to(party).close();
                        }
                        return e;
                    }
                }));
            }
            List<Object> outcomes = new ArrayList<>();
            for (Future<Object> future : futures) {
                try {
                    outcomes.add(future.get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
            return outcomes;
        } finally {
            executor.shutdownNow();
        }
    }
}
