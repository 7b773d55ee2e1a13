package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Garbled evaluation against evaluation in the clear. */
class GarblingTest {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    record Case(BlockArithmetic garblerBlocks, BlockArithmetic evaluatorBlocks, int instances, long seed) {
        @Override
        public String toString() {
            return garblerBlocks.getClass().getSimpleName() + " to "
                    + evaluatorBlocks.getClass().getSimpleName() + ", " + instances + " instances, seed " + seed;
        }
    }

    static Stream<Case> cases() {
        BlockArithmetic plain = new PlainBlocks();
        BlockArithmetic vector = new VectorBlocks();
        int[] sizes = {1, 2, 3, 5, 7, 8, 31, 64, 65, 127, 255, 256, 257, 600, 1024, 1025};
        return IntStream.of(sizes)
                .boxed()
                .flatMap(n -> Stream.of(
                        new Case(plain, vector, n, 100 + n),
                        new Case(vector, plain, n, 200 + n),
                        new Case(vector, vector, n, 300 + n)));
    }

    static Seed seed(long number) {
        byte[] bytes = new byte[Seed.BYTES];
        new Random(number).nextBytes(bytes);
        return Seed.of(bytes);
    }

    static BitPlanes randomPlanes(Random random, int planes, int instances) {
        BitPlanes bits = new BitPlanes(planes, instances);
        for (int plane = 0; plane < planes; plane++) {
            for (int i = 0; i < instances; i++) {
                bits.set(plane, i, random.nextBoolean());
            }
        }
        return bits;
    }

    /** A random circuit in which every kind of gate, input and output occurs, constants and inversions too. */
    static Circuit randomCircuit(Random random) {
        return randomCircuit(random, random.nextInt(3));
    }

    /** With so many projections. */
    static Circuit randomCircuit(Random random, int projections) {
        CircuitBuilder gates = new CircuitBuilder();
        Word pool = Word.constant(2, 2);
        for (InputKind kind : InputKind.values()) {
            pool = pool.then(gates.input(kind, 1 + random.nextInt(6)));
        }
        Word masks = gates.input(InputKind.KNOWN, 9);
        for (int i = 0; i < projections; i++) {
            Word bit = pool.bit(2 + random.nextInt(pool.width() - 2));
            int from = random.nextInt(masks.width());
            gates.project(
                    random.nextBoolean() ? bit : bit.not(),
                    masks.slice(from, from + 1 + random.nextInt(masks.width() - from)));
        }
        int count = 1 + random.nextInt(150);
        for (int i = 0; i < count; i++) {
            Word a = pool.bit(random.nextInt(pool.width()));
            Word b = pool.bit(random.nextInt(pool.width()));
            a = random.nextBoolean() ? a : a.not();
            pool = pool.then(
                    switch (random.nextInt(4)) {
                        case 0 -> gates.xor(a, b);
                        case 1 -> gates.or(a, b);
                        default -> gates.and(a, b);
                    });
        }
        for (int i = 0; i < 12; i++) {
            Word out = pool.bit(random.nextInt(pool.width()));
            gates.output(random.nextBoolean() ? out : out.not());
        }
        return gates.build();
    }

    /** Both parties of one session; the labels of the evaluator's inputs are dealt here and not transferred. */
    private static final class Session {
        final FreeXorOffset offset;
        final Garbler garbler;
        final OnlineEncoder encoder;
        final Evaluator evaluator;
        final BlockArithmetic plain = new PlainBlocks();
        byte[] tables = new byte[0];

        Session(long seed, BlockArithmetic garblerBlocks, BlockArithmetic evaluatorBlocks) {
            Seed secret = seed(seed);
            offset = FreeXorOffset.of(secret.derive("session"));
            garbler = new Garbler(offset, secret, garblerBlocks);
            encoder = new OnlineEncoder(offset, secret, garblerBlocks);
            evaluator = new Evaluator(garbler.publicSeed(), evaluatorBlocks);
        }

        BitPlanes run(Circuit circuit, BitPlanes known, BitPlanes online, BitPlanes chosen, Random random) {
            int instances = known.instances();
            byte[] zero = new byte[3 + circuit.inputBits(InputKind.EVALUATOR) * instances * BLOCK];
            random.nextBytes(zero);
            byte[] active = zero.clone();
            for (int bit = 0; bit < chosen.planes(); bit++) {
                int at = 3 + bit * instances * BLOCK;
                plain.xorSelected(
                        active,
                        at,
                        chosen.words(),
                        chosen.firstBit(bit),
                        offset.low(),
                        offset.high(),
                        active,
                        at,
                        instances);
            }
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            Garbler.Garbled garbled = garbler.garble(circuit, known, zero, 3, stream::write);
            tables = stream.toByteArray();
            assertThat(tables).hasSize(circuit.tableBytes(instances));
            byte[] onlineLabels = new byte[5 + online.planes() * instances * BLOCK];
            encoder.encode(garbled.number(), online, onlineLabels, 5);
            int[] read = {0};
            BitPlanes result = evaluator.evaluate(
                    circuit,
                    garbled.number(),
                    instances,
                    new Evaluator.Labels(onlineLabels, 5),
                    new Evaluator.Labels(active, 3),
                    (into, at, length) -> {
                        System.arraycopy(tables, read[0], into, at, length);
                        read[0] += length;
                    });
            assertThat(read[0]).isEqualTo(tables.length);
            result.xor(garbled.decoding());
            return result;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void randomCircuits(Case c) {
        Random random = new Random(c.seed);
        Session session = new Session(c.seed, c.garblerBlocks, c.evaluatorBlocks);
        for (int repeat = 0; repeat < 3; repeat++) {
            Circuit circuit = randomCircuit(random);
            BitPlanes known = randomPlanes(random, circuit.inputBits(InputKind.KNOWN), c.instances);
            BitPlanes online = randomPlanes(random, circuit.inputBits(InputKind.ONLINE), c.instances);
            BitPlanes chosen = randomPlanes(random, circuit.inputBits(InputKind.EVALUATOR), c.instances);
            BitPlanes found = session.run(circuit, known, online, chosen, random);
            assertThat(found.words())
                    .as("%s, repeat %d", c, repeat)
                    .isEqualTo(circuit.evaluate(known, online, chosen).words());
        }
    }

    @Test
    void batchesOfDecreasingAndIncreasingSizeShareTheirRows() {
        Session session = new Session(5, new VectorBlocks(), new VectorBlocks());
        Circuit circuit = BlocksOfCircuitsTest.activation(22, 8, 8, 22);
        for (int instances : new int[] {500, 3, 129, 1, 1000, 12}) {
            Random random = new Random(instances);
            BitPlanes known = randomPlanes(random, 22, instances);
            BitPlanes online = randomPlanes(random, 22, instances);
            BitPlanes chosen = randomPlanes(random, 22, instances);
            assertThat(session.run(circuit, known, online, chosen, random).words())
                    .isEqualTo(circuit.evaluate(known, online, chosen).words());
        }
    }

    /** More gates than one hash key may serve: both sides change it at the same place. */
    @Test
    void keysChangeInsideABatch() {
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word a = gates.input(InputKind.ONLINE, 32);
        Word b = gates.input(InputKind.EVALUATOR, 32);
        gates.input(InputKind.KNOWN, 1);
        gates.output(blocks.multiply(a, b, 64));
        Circuit circuit = gates.build();
        int instances = 601;
        assertThat((long) circuit.andCount() * instances)
                .isGreaterThan(io.tacit.crypto.block.CircularHash.MAX_GATES_PER_KEY);
        Session session = new Session(6, new VectorBlocks(), new VectorBlocks());
        Random random = new Random(6);
        BitPlanes known = randomPlanes(random, 1, instances);
        BitPlanes online = randomPlanes(random, 32, instances);
        BitPlanes chosen = randomPlanes(random, 32, instances);
        BitPlanes found = session.run(circuit, known, online, chosen, random);
        long[] x = new long[instances];
        long[] y = new long[instances];
        long[] product = new long[instances];
        online.getValues(0, 32, x, 0);
        chosen.getValues(0, 32, y, 0);
        found.getValues(0, 64, product, 0);
        for (int i = 0; i < instances; i++) {
            assertThat(product[i]).isEqualTo(x[i] * y[i]);
        }
    }

    /** Projections take numbers of gates: under so many of them the key changes too. */
    @Test
    void projectionsOfManyInstances() {
        CircuitBuilder gates = new CircuitBuilder();
        int count = 1 + io.tacit.crypto.block.CircularHash.MAX_GATES_PER_KEY / Garbler.MAX_INSTANCES;
        Word bits = gates.input(InputKind.EVALUATOR, 8);
        gates.input(InputKind.ONLINE, 1);
        for (int i = 0; i < count; i++) {
            gates.project(bits.bit(i % 8), gates.input(InputKind.KNOWN, 3));
        }
        Circuit circuit = gates.build();
        int instances = Garbler.MAX_INSTANCES;
        assertThat(circuit.tableBytes(instances)).isEqualTo(count * 2 * 3 * instances / 8);
        Random random = new Random(8);
        BitPlanes known = randomPlanes(random, 3 * count, instances);
        BitPlanes online = new BitPlanes(1, instances);
        BitPlanes chosen = randomPlanes(random, 8, instances);
        Session session = new Session(8, new VectorBlocks(), new PlainBlocks());
        BitPlanes found = session.run(circuit, known, online, chosen, random);
        long[] masks = new long[instances];
        long[] values = new long[instances];
        for (int i = 0; i < count; i++) {
            known.getValues(3 * i, 3, masks, 0);
            found.getValues(3 * i, 3, values, 0);
            for (int j = 0; j < instances; j++) {
                int bit = chosen.get(i % 8, j) ? 1 : 0;
                assertThat(values[j] + masks[j] + bit & 7).isZero();
            }
        }
    }

    /** A mask that is longer than its word and a projection together. */
    @Test
    void masksOfManyBits() {
        int wordBits = 8;
        int maskBits = 100;
        CircuitBuilder gates = new CircuitBuilder();
        new Arithmetic(gates)
                .outputMasked(gates.input(InputKind.EVALUATOR, wordBits), gates.input(InputKind.KNOWN, maskBits));
        gates.input(InputKind.ONLINE, 1);
        Circuit circuit = gates.build();
        assertThat(circuit.projectedBits()).isEqualTo(64);
        int instances = 70;
        Random random = new Random(9);
        BitPlanes known = randomPlanes(random, maskBits, instances);
        BitPlanes online = new BitPlanes(1, instances);
        BitPlanes chosen = randomPlanes(random, wordBits, instances);
        BitPlanes found =
                new Session(9, new VectorBlocks(), new PlainBlocks()).run(circuit, known, online, chosen, random);
        BitPlanes inTheClear = circuit.evaluate(known, online, chosen);
        for (int i = 0; i < instances; i++) {
            BigInteger difference = number(chosen, i).subtract(number(known, i));
            assertThat(number(found, i))
                    .isEqualTo(number(inTheClear, i))
                    .isEqualTo(difference.mod(BigInteger.ONE.shiftLeft(maskBits)));
        }
    }

    private static BigInteger number(BitPlanes planes, int instance) {
        BigInteger number = BigInteger.ZERO;
        for (int plane = 0; plane < planes.planes(); plane++) {
            number = planes.get(plane, instance) ? number.setBit(plane) : number;
        }
        return number;
    }

    @Test
    void projectionsThatCannotBeAreRefused() {
        CircuitBuilder gates = new CircuitBuilder();
        Word known = gates.input(InputKind.KNOWN, 4);
        Word online = gates.input(InputKind.ONLINE, 4);
        assertThatThrownBy(() -> gates.project(Word.constant(1, 1), known))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("constant");
        assertThatThrownBy(() -> gates.project(known.bit(0), online))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("known");
        assertThatThrownBy(() -> gates.project(online.bit(0), known.bit(2).then(known.bit(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("known");
    }

    /** Nothing repeats: not between batches of one session, not between sessions, with all inputs the same. */
    @Test
    void tablesAndLabelsNeverRepeat() {
        Circuit circuit = BlocksOfCircuitsTest.activation(10, 2, 4, 10);
        Set<String> seen = new HashSet<>();
        int blocks = 0;
        for (int session = 0; session < 3; session++) {
            Seed secret = seed(900 + session);
            FreeXorOffset offset = FreeXorOffset.of(secret.derive("session"));
            Garbler garbler = new Garbler(offset, secret, new VectorBlocks());
            OnlineEncoder encoder = new OnlineEncoder(offset, secret, new VectorBlocks());
            for (int batch = 0; batch < 3; batch++) {
                int instances = 40;
                ByteArrayOutputStream stream = new ByteArrayOutputStream();
                garbler.garble(
                        circuit, new BitPlanes(10, instances), new byte[10 * instances * BLOCK], 0, stream::write);
                byte[] labels = new byte[10 * instances * BLOCK];
                encoder.encode(batch, new BitPlanes(10, instances), labels, 0);
                stream.writeBytes(labels);
                byte[] all = stream.toByteArray();
                for (int at = 0; at < all.length; at += BLOCK, blocks++) {
                    seen.add(new java.math.BigInteger(java.util.Arrays.copyOfRange(all, at, at + BLOCK)).toString());
                }
            }
        }
        assertThat(seen).hasSize(blocks);
        assertThat(blocks).isEqualTo(9 * 40 * (2 * circuit.andCount() + 10));
    }

    @Test
    void aBatchIsEncodedOnce() {
        Seed secret = seed(1);
        OnlineEncoder encoder =
                new OnlineEncoder(FreeXorOffset.of(secret.derive("session")), secret, new PlainBlocks());
        encoder.encode(7, new BitPlanes(1, 1), new byte[BLOCK], 0);
        assertThatThrownBy(() -> encoder.encode(7, new BitPlanes(1, 1), new byte[BLOCK], 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before");
    }

    /** Colours alone say nothing: over many instances of one input they are balanced. */
    @Test
    void coloursAreBalanced() {
        Circuit circuit = BlocksOfCircuitsTest.activation(10, 2, 4, 10);
        Session session = new Session(77, new VectorBlocks(), new VectorBlocks());
        int instances = 4096;
        BitPlanes none = new BitPlanes(10, instances);
        Random random = new Random(77);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] zero = new byte[10 * instances * BLOCK];
        random.nextBytes(zero);
        BitPlanes decoding =
                session.garbler.garble(circuit, none, zero, 0, stream::write).decoding();
        for (int plane = 0; plane < decoding.planes(); plane++) {
            int ones = 0;
            for (int i = 0; i < instances; i++) {
                ones += decoding.get(plane, i) ? 1 : 0;
            }
            // six standard deviations of 32
            assertThat(ones).isBetween(2048 - 192, 2048 + 192);
        }
        byte[] tables = stream.toByteArray();
        int[] counts = new int[256];
        for (byte value : tables) {
            counts[value & 255]++;
        }
        double expected = tables.length / 256.0;
        double chiSquare = IntStream.of(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // 255 degrees of freedom: mean 255, standard deviation 22.6
        assertThat(chiSquare).isBetween(150.0, 400.0);
    }

    @Test
    void wrongSizesAreRefused() {
        Session session = new Session(3, new PlainBlocks(), new PlainBlocks());
        Circuit circuit = BlocksOfCircuitsTest.activation(10, 2, 4, 10);
        assertThatThrownBy(
                        () -> session.garbler.garble(circuit, new BitPlanes(9, 4), new byte[640], 0, (b, o, l) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> session.garbler.garble(circuit, new BitPlanes(10, 4), new byte[639], 0, (b, o, l) -> {}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> session.garbler.garble(
                        circuit, new BitPlanes(10, Garbler.MAX_INSTANCES + 1), new byte[0], 0, (b, o, l) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
