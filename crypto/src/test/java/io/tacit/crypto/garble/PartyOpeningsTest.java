package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What two of three parties, the evaluator among them, see of the third's bits: every opening is a fair coin whatever the
 * input is, also joined with what the two know themselves. And the same statistics find a build that masks badly.
 */
class PartyOpeningsTest {
    private static final BlockArithmetic BLOCKS = new PlainBlocks();
    private static final int RING = 14;
    private static final long MASK = (1 << RING) - 1;
    private static final int INSTANCES = 2048;
    private static final int HONEST = 0;
    private static final int EVALUATOR = 1;

    /** Standard deviations: one of a thousand coins deviates further with probability 2^-20. */
    private static final double LIMIT = 6;

    private static final Circuit CIRCUIT = BlocksOfCircuitsTest.activation(RING, 4, 6, RING);

    /**
     * What the two see.
     *
     * @param input words that are opened: x - s
     * @param result words that are evaluated: x' - r
     * @param ownMasks what the two know of r
     * @param bits named rows of {@link #INSTANCES} bits from the third party: one a gate
     */
    private record View(long[] input, long[] result, long[] ownMasks, Map<String, long[][]> bits) {}

    /** What an insecure build does to the masks before they are used. */
    private interface Fault {
        void apply(PartyRun run);

        Fault NONE = run -> {};
    }

    private static View small;
    private static View large;

    @BeforeAll
    static void run() throws Exception {
        small = view(3, 1, Fault.NONE);
        large = view(-5000, 2, Fault.NONE);
    }

    private static View view(long value, long seed, Fault fault) throws Exception {
        Random random = new Random(seed);
        long[] s = random.longs(INSTANCES, 0, MASK + 1).toArray();
        long[] r = random.longs(INSTANCES, 0, MASK + 1).toArray();
        long[] y = Arrays.stream(s).map(word -> value - word & MASK).toArray();
        PartyRun.Job job = new PartyRun.Job(
                CIRCUIT, PartyRun.planes(RING, r), PartyRun.planes(RING, y), PartyRun.planes(RING, s), false);
        PartyRun run = new PartyRun(3, List.of(job), EVALUATOR, seed);
        fault.apply(run);
        int gateBytes = CIRCUIT.andCount() * INSTANCES / Byte.SIZE;
        Map<Integer, List<long[][]>> received = new ConcurrentHashMap<>();
        List<Mesh> meshes = Parties.meshes(3, (self, peer, channel) -> {
            if (peer != HONEST) {
                return channel;
            }
            received.put(self, new ArrayList<>());
            return new RecordingChannel(channel, (bytes, offset, length) -> {
                if (length == gateBytes) {
                    Objects.requireNonNull(received.get(self)).add(rows(bytes, offset));
                }
            });
        });
        PartyRun.Outcome outcome =
                Parties.run(meshes, mesh -> run.run(mesh, BLOCKS)).get(EVALUATOR);
        Map<String, long[][]> bits = new TreeMap<>();
        List<long[][]> first = Objects.requireNonNull(received.get(1));
        List<long[][]> second = Objects.requireNonNull(received.get(2));
        assertThat(first).hasSize(2);
        assertThat(second).hasSize(2);
        bits.put("difference for party 1", first.get(0));
        bits.put("difference for party 2", second.get(0));
        bits.put("correction", first.get(1));
        assertThat(second.get(1)).isEqualTo(first.get(1));
        BitPlanes result = outcome.external().get(0);
        result.xor(outcome.maskOf(0));
        BitPlanes own = run.known(0, 1);
        own.xor(run.known(0, 2));
        return new View(y, values(result), values(own), bits);
    }

    private static long[][] rows(byte[] bytes, int offset) {
        long[][] rows = new long[CIRCUIT.andCount()][INSTANCES / Long.SIZE];
        var words = ByteBuffer.wrap(bytes, offset, bytes.length - offset)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        for (long[] row : rows) {
            words.get(row);
        }
        return rows;
    }

    private static long[] values(BitPlanes planes) {
        long[] values = new long[planes.instances()];
        planes.getValues(0, planes.planes(), values, 0);
        return values;
    }

    /** Deviation of the fairest to the least fair coin, in standard deviations: the largest over all rows. */
    private static double worst(long[]... rows) {
        double worst = 0;
        for (long[] row : rows) {
            int ones = Arrays.stream(row).mapToInt(Long::bitCount).sum();
            double coins = (double) row.length * Long.SIZE;
            worst = Math.max(worst, Math.abs(2 * ones - coins) / Math.sqrt(coins));
        }
        return worst;
    }

    private static long[][] bits(long[] values) {
        BitPlanes planes = new BitPlanes(RING, values.length);
        planes.setValues(0, RING, values, 0);
        long[][] rows = new long[RING][];
        for (int bit = 0; bit < RING; bit++) {
            int from = bit * planes.wordsPerPlane();
            rows[bit] = Arrays.copyOfRange(planes.words(), from, from + planes.wordsPerPlane());
        }
        return rows;
    }

    private static long[][] sums(long[][] a, long[][] b) {
        long[][] sums = new long[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int word = 0; word < sums[i].length; word++) {
                sums[i][word] = a[i][word] ^ b[i][word];
            }
        }
        return sums;
    }

    /** The result, and the result with what the two know of its mask taken away. */
    private static double ofResult(View view) {
        long[] unmasked = new long[INSTANCES];
        long[] neighbours = new long[INSTANCES / 2];
        for (int i = 0; i < INSTANCES; i++) {
            unmasked[i] = view.result[i] + view.ownMasks[i] & MASK;
        }
        for (int i = 0; i < neighbours.length; i++) {
            neighbours[i] = view.result[i] - view.result[i + neighbours.length] & MASK;
        }
        double worst = Math.max(worst(bits(view.result)), worst(bits(neighbours)));
        // r is the sum of bits modulo 2, not of words: both readings of what the two know
        return Math.max(worst, Math.max(worst(bits(unmasked)), worst(sums(bits(view.result), bits(view.ownMasks)))));
    }

    @Test
    void resultsAreFair() {
        for (View view : List.of(small, large)) {
            assertThat(worst(bits(view.input))).isLessThan(LIMIT);
            assertThat(ofResult(view)).isLessThan(LIMIT);
        }
    }

    @Test
    void bitsOfTheProductsAreFairAloneAndTogether() {
        for (View view : List.of(small, large)) {
            List<long[][]> rows = new ArrayList<>(view.bits.values());
            for (int i = 0; i < rows.size(); i++) {
                assertThat(worst(rows.get(i))).isLessThan(LIMIT);
                for (int j = 0; j < i; j++) {
                    assertThat(worst(sums(rows.get(i), rows.get(j)))).isLessThan(LIMIT);
                }
            }
        }
    }

    /** Coins of two inputs do not differ by more than chance either. */
    @Test
    void openingsDoNotDependOnTheInput() {
        small.bits.forEach((name, bits) -> assertThat(worst(sums(bits, Objects.requireNonNull(large.bits.get(name)))))
                .isLessThan(LIMIT));
        assertThat(worst(sums(bits(small.result), bits(large.result)))).isLessThan(LIMIT);
    }

    @Test
    void aMissingMaskIsFound() throws Exception {
        View view = view(3, 3, run -> run.known(0, HONEST).close());
        assertThat(ofResult(view)).isGreaterThan(LIMIT);
    }

    @Test
    void aReusedMaskIsFound() throws Exception {
        View view = view(3, 4, run -> {
            // the second half of the instances takes the masks of the first, at every party
            for (int party = 0; party < 3; party++) {
                long[] words = run.known(0, party).words();
                int plane = INSTANCES / Long.SIZE;
                for (int at = 0; at < words.length; at += plane) {
                    System.arraycopy(words, at, words, at + plane / 2, plane / 2);
                }
            }
        });
        assertThat(ofResult(view)).isGreaterThan(LIMIT);
    }
}
