package io.tacit.protocol.nonlinear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.InputKind;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.StepEvaluator;
import io.tacit.protocol.nonlinear.BlockCircuits.SharedWord;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The circuits against the reference's steps: all values of narrow words, edges and random ones of wide words. Their price. */
class BlockCircuitsTest {
    private final BlockCircuits circuits = new BlockCircuits();

    /**
     * A function as circuit and as step of the reference.
     *
     * @param valueBits bits of the signed words
     */
    record Case(int valueBits, boolean signed, int words, WordFunction function, int outputBits) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int k : new int[] {3, 6, 8, 21, 37}) {
            for (boolean signed : new boolean[] {true, false}) {
                for (int outputBits : new int[] {2, 8, 22, 40}) {
                    for (Nonlinearity kind : Nonlinearity.values()) {
                        for (int shift : new int[] {0, 2, k - 1, k + 30}) {
                            int bits = 4;
                            int most = kind == Nonlinearity.RELU ? 15 : 7;
                            cases.add(new Case(
                                    k, signed, 1, new WordFunction.Saturate(kind, shift, bits, most), outputBits));
                        }
                    }
                    cases.add(
                            new Case(k, signed, 1, new WordFunction.Saturate(Nonlinearity.RELU, 1, 8, 96), outputBits));
                    cases.add(new Case(k, signed, 1, new WordFunction.Rectify(0), outputBits));
                    cases.add(new Case(k, signed, 1, new WordFunction.Rectify(5), outputBits));
                    int square = 2 * (signed ? k : k + 1) - 1;
                    cases.add(
                            new Case(k, signed, 1, new WordFunction.Square(Math.min(square, outputBits)), outputBits));
                }
                cases.add(new Case(k, signed, 2, new WordFunction.Keep(), 40));
                cases.add(new Case(k, signed, 3, new WordFunction.Keep(), 40));
                cases.add(new Case(k, signed, 4, new WordFunction.Saturate(Nonlinearity.RELU, 2, 4, 15), 22));
                cases.add(new Case(k, signed, 3, new WordFunction.Saturate(Nonlinearity.IDENTITY, 1, 3, 3), 22));
                cases.add(new Case(k, signed, 2, new WordFunction.Saturate(Nonlinearity.SQUARE, 0, 5, 15), 22));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void circuitIsTheReference(Case c) {
        Circuit circuit = circuits.map(new SharedWord(c.valueBits, c.signed), c.words, c.function, c.outputBits);
        Random random = new Random(c.hashCode());
        long[][] values = values(c, random);
        int n = values[0].length;
        long mask = (1L << c.valueBits) - 1;
        BitPlanes known = new BitPlanes(c.outputBits, n);
        long[] masks = random.longs(n, 0, 1L << c.outputBits).toArray();
        known.setValues(0, c.outputBits, masks, 0);
        BitPlanes online = new BitPlanes(c.words * c.valueBits, n);
        BitPlanes own = new BitPlanes(c.words * c.valueBits, n);
        for (int word = 0; word < c.words; word++) {
            long[] s = random.longs(n, 0, 1L << c.valueBits).toArray();
            long[] y = new long[n];
            for (int i = 0; i < n; i++) {
                y[i] = values[word][i] - s[i] & mask;
            }
            online.setValues(word * c.valueBits, c.valueBits, y, 0);
            own.setValues(word * c.valueBits, c.valueBits, s, 0);
        }
        long[] found = new long[n];
        circuit.evaluate(known, online, own).getValues(0, c.outputBits, found, 0);
        for (int i = 0; i < n; i++) {
            BigInteger expected = reference(c.function, values[0][i]);
            for (int word = 1; word < c.words; word++) {
                expected = expected.max(reference(c.function, values[word][i]));
            }
            assertThat(found[i] + masks[i] & (1L << c.outputBits) - 1)
                    .as("%s at %s", c, values[0][i])
                    .isEqualTo(expected.longValue() & (1L << c.outputBits) - 1);
        }
    }

    /** Shares modulo an odd number of up to 62 bits; values to the ends of what is promised. */
    @ParameterizedTest
    @ValueSource(longs = {4611686009837453333L, 2305843009213693951L, 1073479681L * 1073184769L, 97 * 101})
    void residuesAreReadAsTheSignedValueTheyStandFor(long modulus) {
        Random random = new Random(modulus);
        int valueBits = Math.min(54, Long.SIZE - Long.numberOfLeadingZeros(modulus) - 1);
        SharedWord word = SharedWord.modulo(modulus, valueBits);
        long most = Math.min((1L << valueBits - 1) - 1, (modulus - 1) / 2);
        long[] values = random.longs(200, -most, most + 1).toArray();
        values[0] = most;
        values[1] = -most;
        values[2] = 0;
        values[3] = -1;
        for (WordFunction function : List.of(
                new WordFunction.Keep(),
                new WordFunction.Saturate(Nonlinearity.RELU, 4, 8, 255),
                new WordFunction.Saturate(Nonlinearity.SQUARE, 5, 8, 127),
                new WordFunction.Rectify(0))) {
            Circuit circuit = circuits.map(word, 1, function, 60);
            int n = values.length;
            long[] s = random.longs(n, 0, modulus).toArray();
            s[4] = 0;
            s[5] = modulus - 1;
            long[] y = new long[n];
            for (int i = 0; i < n; i++) {
                y[i] = Math.floorMod(values[i] - s[i], modulus);
            }
            BitPlanes known = new BitPlanes(60, n);
            BitPlanes online = new BitPlanes(word.bits(), n);
            BitPlanes own = new BitPlanes(word.bits(), n);
            online.setValues(0, word.bits(), y, 0);
            own.setValues(0, word.bits(), s, 0);
            long[] found = new long[n];
            circuit.evaluate(known, online, own).getValues(0, 60, found, 0);
            for (int i = 0; i < n; i++) {
                assertThat(found[i])
                        .as("%s of %s modulo %s", function, values[i], modulus)
                        .isEqualTo(reference(function, values[i]).longValue() & (1L << 60) - 1);
            }
        }
    }

    /** The first circuit of privdnn, without what follows: a sum, two comparisons, a subtraction. */
    @Test
    void residuesCostFourAdditions() {
        SharedWord word = SharedWord.modulo(4611686009837453333L, 52);
        int whole = circuits.map(word, 1, new WordFunction.Keep(), 52).andCount();
        int masks = 52 - 1;
        assertThat(whole - masks).isEqualTo(232); // 3 * 62 + 51, less where constants have equal bits
    }

    /** All values of one word, and of two where there are few; else edges and random ones. */
    private static long[][] values(Case c, Random random) {
        long low = c.signed ? -(1L << c.valueBits - 1) : 0;
        long high = c.signed ? (1L << c.valueBits - 1) - 1 : (1L << c.valueBits) - 1;
        int bits = c.valueBits * c.words;
        if (bits <= 12) {
            long[][] all = new long[c.words][1 << bits];
            for (int i = 0; i < 1 << bits; i++) {
                for (int word = 0; word < c.words; word++) {
                    all[word][i] = low + (i >> word * c.valueBits & (1 << c.valueBits) - 1);
                }
            }
            return all;
        }
        long[] edges = {low, low + 1, high, high - 1, 0, 1, Math.max(low, -1), Math.min(high, 5), Math.min(high, 96)};
        long[][] some = new long[c.words][700];
        for (long[] word : some) {
            Arrays.setAll(
                    word,
                    i -> i % 3 == 0
                            ? edges[random.nextInt(edges.length)]
                            : i % 3 == 1
                                    ? Math.max(low, Math.min(high, random.nextInt(65) - 32))
                                    : low + Math.floorMod(random.nextLong(), high - low + 1));
        }
        return some;
    }

    /** What the reference makes of one value, before it is cut to the ring. */
    private static BigInteger reference(WordFunction function, long value) {
        TensorShape one = TensorShape.vector(1);
        Range range = Range.of(Long.MIN_VALUE, Long.MAX_VALUE);
        Range wide = new Range(BigInteger.TWO.pow(100).negate(), BigInteger.TWO.pow(100));
        IntegerTensor in = IntegerTensor.ofLongs(1, one, new long[] {value});
        StepEvaluator evaluator = new StepEvaluator(Workers.NONE);
        if (function instanceof WordFunction.Keep) {
            return BigInteger.valueOf(value);
        } else if (function instanceof WordFunction.Saturate f) {
            Step step = new Step.Activation("a", 0, f.kind(), new int[] {f.shift()}, f.bits(), f.ceiling(), one, range);
            return BigInteger.valueOf(evaluator.apply(step, List.of(in)).get(0));
        }
        BigInteger ceiling =
                function instanceof WordFunction.Rectify f && f.ceiling() > 0 ? BigInteger.valueOf(f.ceiling()) : null;
        Nonlinearity kind = function instanceof WordFunction.Square ? Nonlinearity.SQUARE : Nonlinearity.RELU;
        return evaluator.apply(new Step.Deferred("d", 0, kind, ceiling, one, wide), List.of(in))
                .bigs()[0];
    }

    @Test
    void indicesOfTheLargest() {
        Random random = new Random(5);
        for (int words : new int[] {1, 2, 3, 5, 10, 17}) {
            for (int places = 1; places <= Math.min(words, 5); places++) {
                for (int k : new int[] {2, 5, 20}) { // two bits: nearly all values are equal to another
                    ranked(words, places, k, random);
                }
            }
        }
    }

    private void ranked(int words, int places, int k, Random random) {
        Circuit circuit = circuits.rank(new SharedWord(k, true), words, places);
        int n = 200;
        long[][] values = new long[words][n];
        BitPlanes online = new BitPlanes(words * k, n);
        BitPlanes own = new BitPlanes(words * k, n);
        for (int word = 0; word < words; word++) {
            values[word] = random.longs(n, -(1L << k - 1), 1L << k - 1).toArray();
            long[] s = random.longs(n, 0, 1L << k).toArray();
            long[] y = new long[n];
            for (int i = 0; i < n; i++) {
                y[i] = values[word][i] - s[i];
            }
            online.setValues(word * k, k, y, 0);
            own.setValues(word * k, k, s, 0);
        }
        BitPlanes found = circuit.evaluate(new BitPlanes(0, n), online, own);
        int bits = circuit.outputBits() / places;
        for (int i = 0; i < n; i++) {
            int at = i;
            List<Integer> expected = IntStream.range(0, words)
                    .boxed()
                    .sorted(Comparator.comparing((Integer w) -> values[w][at]).reversed())
                    .limit(places)
                    .toList();
            List<Integer> indices = new ArrayList<>();
            for (int place = 0; place < places; place++) {
                int index = 0;
                for (int bit = 0; bit < bits; bit++) {
                    index |= found.get(place * bits + bit, i) ? 1 << bit : 0;
                }
                indices.add(index);
            }
            assertThat(indices)
                    .as("%d best of %d words of %d bits", places, words, k)
                    .isEqualTo(expected);
        }
    }

    /** The prices of the protocol page, "Circuits", and of what is built from them. */
    @Test
    void prices() {
        WordFunction relu = new WordFunction.Saturate(Nonlinearity.RELU, 8, 8, 255);
        // add 21; 5 high bits and sign: 5, 8 to saturate; subtract 8 bits with borrow: 8, the other 14 are projected
        assertThat(ands(22, true, 1, relu, 22)).isEqualTo(21 + 5 + 8 + 8);
        assertThat(projected(22, relu, 22)).isEqualTo(14);
        assertThat(ands(20, true, 1, relu, 20)).isEqualTo(19 + 3 + 8 + 8);
        // in a ring of one bit more than the result, the chain is no longer than the borrow
        assertThat(ands(20, true, 1, relu, 9)).isEqualTo(19 + 3 + 8 + 8);
        assertThat(projected(20, relu, 9)).isZero();
        // plain ReLU of 32 bits: add 31, mask 31, subtract 31
        assertThat(ands(32, true, 1, new WordFunction.Rectify(0), 32)).isEqualTo(93);
        // 2 x 2 windows after ReLU: four activations, three maxima of 8 bits, one subtraction
        assertThat(ands(22, true, 4, relu, 22)).isEqualTo(4 * (21 + 5 + 8) + 3 * 2 * 8 + 8);
        // maxima of 8-bit words without signs, 3 x 3 windows
        assertThat(ands(8, false, 9, new WordFunction.Keep(), 22)).isEqualTo(9 * 7 + 8 * 2 * 8 + 8);
        // accumulators: signed maxima
        assertThat(ands(22, true, 4, new WordFunction.Keep(), 22)).isEqualTo(4 * 21 + 3 * 2 * 22 + 21);
        // square: saturate to 8 signed bits of 14, square in 15 bits, subtract
        assertThat(ands(22, true, 1, new WordFunction.Saturate(Nonlinearity.SQUARE, 8, 8, 127), 22))
                .isEqualTo(21 + 12 + 55 + 15);
        Circuit label = circuits.rank(new SharedWord(20, true), 10, 1);
        assertThat(label.andCount()).isEqualTo(10 * 19 + 9 * 20 + 8 * 20 + 7);
        Circuit top = circuits.rank(new SharedWord(20, true), 1000, 5);
        int comparisons = 999 + 998 + 997 + 996 + 995;
        assertThat(top.andCount() - 1000 * 19).isBetween(comparisons * 2 * 20, comparisons * 2 * 30);
        assertThat(top.inputBits(InputKind.EVALUATOR)).isEqualTo(20_000);
    }

    private int projected(int k, WordFunction function, int outputBits) {
        return circuits.map(new SharedWord(k, true), 1, function, outputBits).projectedBits();
    }

    private int ands(int k, boolean signed, int words, WordFunction function, int outputBits) {
        return circuits.map(new SharedWord(k, signed), words, function, outputBits)
                .andCount();
    }
}
