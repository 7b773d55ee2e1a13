package io.tacit.protocol.nonlinear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.protocol.nonlinear.BlockCircuits.SharedWord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks on shares of n parties, prepared before and run on what was prepared, against plain integers. */
class PartyEndTest {
    private static final long TIMEOUT_MILLIS = 120_000;
    private static final int RING_BITS = 21;
    private static final Ring RING = new Ring(RING_BITS);
    private static final Ring NEXT_RING = new Ring(19);
    private static final int CHANNELS = 3;
    private static final int PLANE = 16;
    private static final int CLASSES = 10;
    private static final int ACTIVATION = 0;
    private static final int POOL = 1;

    private final BlockCircuits circuits = new BlockCircuits(BlockCircuits.Resharing.SUBTRACTED);
    private final SharedWord word = new SharedWord(RING_BITS, true);
    private final WordFunction relu = new WordFunction.Saturate(Nonlinearity.RELU, 6, 8, 255);

    /** ReLU of each value. */
    private Block activation() {
        Circuit circuit = circuits.map(word, 1, relu, NEXT_RING.bits());
        int[] cells = IntStream.range(0, PLANE).toArray();
        int[] channels = IntStream.range(0, CHANNELS).toArray();
        return new Block(
                "activation",
                0,
                1,
                RING,
                NEXT_RING.bits(),
                List.of(new Block.Group(circuit, 1, channels, PLANE, PLANE, cells, cells)));
    }

    /** The largest of two and two neighbours, after ReLU; and alone in the last cell. */
    private Block pool() {
        Circuit four = circuits.map(word, 4, relu, NEXT_RING.bits());
        Circuit one = circuits.map(word, 1, relu, NEXT_RING.bits());
        int[] channels = IntStream.range(0, CHANNELS).toArray();
        int[] windows = {0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13};
        return new Block(
                "pool",
                0,
                1,
                RING,
                NEXT_RING.bits(),
                List.of(
                        new Block.Group(four, 4, channels, PLANE, 4, windows, new int[] {0, 1, 2}),
                        new Block.Group(one, 1, channels, PLANE, 4, new int[] {15}, new int[] {3})));
    }

    private Block answer() {
        Circuit circuit = circuits.rank(word, CLASSES, 1);
        int[] classes = IntStream.range(0, CLASSES).toArray();
        return new Block(
                "answer",
                0,
                Block.TO_CLIENT,
                RING,
                0,
                List.of(new Block.Group(circuit, CLASSES, new int[] {0}, CLASSES, 1, classes, new int[] {0})));
    }

    /** What a party has at the end: its mask shares of each block's result, and what it learnt. */
    private record Outcome(List<RingVector> masks, List<RingVector> opened, byte[] answerMasks, byte[] answerBits) {}

    @ParameterizedTest
    @CsvSource({"2, 0", "3, 1"})
    void blocksOnShares(int parties, int evaluator) throws Exception {
        check(parties, evaluator);
    }

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({"3, 2", "4, 3", "5, 0"})
    void blocksOnSharesOfMore(int parties, int evaluator) throws Exception {
        check(parties, evaluator);
    }

    private void check(int parties, int evaluator) throws Exception {
        List<Block> blocks = List.of(activation(), pool(), answer());
        Random random = new Random(parties * 10L + evaluator);
        long[][] values = {values(random, CHANNELS * PLANE), values(random, CHANNELS * PLANE), values(random, CLASSES)};
        List<RingVector[]> shares = new ArrayList<>();
        for (long[] each : values) {
            shares.add(shares(each, parties, random));
        }
        List<Outcome> outcomes = run(parties, mesh -> party(mesh, evaluator, blocks, shares));
        int[] lengths = {CHANNELS * PLANE, CHANNELS * 4};
        for (int block = ACTIVATION; block <= POOL; block++) {
            for (int i = 0; i < lengths[block]; i++) {
                long sum = outcomes.get(evaluator).opened.get(block).get(i);
                for (Outcome outcome : outcomes) {
                    sum += outcome.masks.get(block).get(i);
                }
                assertThat(sum & NEXT_RING.mask())
                        .as("%s, place %d", blocks.get(block).name(), i)
                        .isEqualTo(expected(block, values[block], i));
            }
        }
        byte[] bits = outcomes.get(evaluator).answerBits;
        for (Outcome outcome : outcomes) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] ^= outcome.answerMasks[i];
            }
        }
        int label = 0;
        for (int i = 0; i < bits.length; i++) {
            label |= (bits[i] & 1) << i;
        }
        assertThat(label).isEqualTo(best(values[2]));
    }

    private static long[] values(Random random, int count) {
        long[] edges = {0, -1, 1 << 20, -(1 << 20), 63, 64, 255 << 6, 256 << 6, (1 << 20) - 1};
        long[] values = random.longs(count, -(1 << 17), 1 << 17).toArray();
        for (int i = 0; i < edges.length - 1 && 5 * i < count; i++) {
            values[5 * i] = edges[i] << 64 - RING_BITS >> 64 - RING_BITS;
        }
        return values;
    }

    private static RingVector[] shares(long[] values, int parties, Random random) {
        RingVector[] shares = new RingVector[parties];
        long[] rest = values.clone();
        for (int party = 1; party < parties; party++) {
            shares[party] = RING.zeros(values.length);
            for (int i = 0; i < values.length; i++) {
                long share = random.nextLong();
                shares[party].set(i, share);
                rest[i] -= share;
            }
        }
        shares[0] = RING.zeros(values.length);
        shares[0].encode(rest, 0, 0, rest.length);
        return shares;
    }

    private static long saturated(long value) {
        return Math.min(255, Math.max(0, value) >> 6);
    }

    private static long expected(int block, long[] values, int place) {
        if (block == ACTIVATION) {
            return saturated(values[place]);
        }
        int channel = place / 4 * PLANE;
        int[][] windows = {{0, 1, 4, 5}, {2, 3, 6, 7}, {8, 9, 12, 13}, {15}};
        return Arrays.stream(windows[place % 4])
                .mapToLong(cell -> saturated(values[channel + cell]))
                .max()
                .orElseThrow();
    }

    private static int best(long[] values) {
        return IntStream.range(0, values.length).reduce(0, (best, i) -> values[i] > values[best] ? i : best);
    }

    private static Outcome party(Mesh mesh, int evaluator, List<Block> blocks, List<RingVector[]> shares) {
        int self = mesh.self();
        Seed secret = Seed.of(new byte[Seed.BYTES]).derive("party", Integer.toString(self));
        Seed query = secret.derive("query");
        List<List<Chunk>> chunks = new ArrayList<>();
        int number = 0;
        for (Block block : blocks) {
            chunks.add(block.chunks(number, mesh.parties()));
            number += chunks.get(chunks.size() - 1).size();
        }
        List<Chunk> all = chunks.stream().flatMap(List::stream).toList();
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        List<MaskShares> masks;
        byte[] answerMasks;
        Seed offsetSeed;
        try (PartyEnd end = PartyEnd.connect(mesh, new byte[16], Extension.SOFTSPOKEN_4, secret.derive("lane"))) {
            masks = end.drawMasks(all, query);
            answerMasks = end.garble(all, evaluator, query, stored::write);
            offsetSeed = Seed.of(end.revealOffsetSeed());
        }
        long bytes = all.stream()
                .mapToLong(chunk -> PartyEnd.storedBytes(chunk, mesh.parties()))
                .sum();
        assertThat(stored.size()).isEqualTo(self == evaluator ? bytes : 0);

        ByteArrayInputStream material = new ByteArrayInputStream(stored.toByteArray());
        List<RingVector> results = new ArrayList<>();
        List<RingVector> resultMasks = new ArrayList<>();
        byte[] answer = new byte[0];
        int chunk = 0;
        for (int i = 0; i < blocks.size(); i++) {
            List<Chunk> own = chunks.get(i);
            List<MaskShares> ownMasks = masks.subList(chunk, chunk + own.size());
            chunk += own.size();
            int length = blocks.get(i).isAnswer() ? 0 : i == ACTIVATION ? CHANNELS * PLANE : CHANNELS * 4;
            RingVector result = NEXT_RING.zeros(length);
            RingVector mask = NEXT_RING.zeros(length);
            if (length > 0) {
                MaskShares.collectResults(own, ownMasks, mask);
            }
            List<RingVector> opened = PartyEnd.open(mesh, own, ownMasks, shares.get(i)[self]);
            if (self == evaluator) {
                answer = PartyEnd.evaluate(
                        mesh,
                        own,
                        opened,
                        offsetSeed,
                        query,
                        (into, at, count) ->
                                assertThat(material.read(into, at, count)).isEqualTo(count),
                        Results.into(result),
                        Workers.NONE);
            } else {
                PartyEnd.sendLabels(mesh.to(evaluator), own, opened, offsetSeed, query);
            }
            results.add(result);
            resultMasks.add(mask);
        }
        assertThat(material.available()).isZero();
        return new Outcome(resultMasks, results, answerMasks, answer);
    }

    private interface Role {
        Outcome run(Mesh mesh);
    }

    private static List<Outcome> run(int parties, Role role) throws Exception {
        List<List<Optional<Channel>>> channels = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            channels.add(new ArrayList<>());
        }
        for (int i = 0; i < parties; i++) {
            channels.get(i).add(Optional.empty());
            for (int j = i + 1; j < parties; j++) {
                MemoryChannel.Pair pair = MemoryChannel.connect("server-" + i, "server-" + j, TIMEOUT_MILLIS);
                channels.get(i).add(Optional.of(pair.left()));
                channels.get(j).add(Optional.of(pair.right()));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(parties);
        try {
            List<Future<Outcome>> running = new ArrayList<>();
            for (int i = 0; i < parties; i++) {
                Mesh mesh = new Mesh(i, channels.get(i));
                Callable<Outcome> task = () -> role.run(mesh);
                running.add(threads.submit(task));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> each : running) {
                outcomes.add(each.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }
}
