package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.block.BitPlanes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each named block against its definition on integers, exhaustively up to eight input bits, else on edges and random
 * values; and its price in AND gates.
 */
class BlocksOfCircuitsTest {
    /** What a block computes, on its inputs' bits as unsigned numbers. */
    interface Definition {
        long apply(long... inputs);
    }

    interface Construction {
        Word build(CircuitBuilder gates, Arithmetic blocks, Word... inputs);
    }

    record Block(String name, int ands, int[] widths, Construction construction, Definition definition) {
        @Override
        public String toString() {
            return name + " of " + java.util.Arrays.toString(widths);
        }
    }

    private static Block block(String name, int ands, Construction construction, Definition definition, int... widths) {
        return new Block(name, ands, widths, construction, definition);
    }

    private static long signed(long value, int bits) {
        return value << (64 - bits) >> (64 - bits);
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }

    static Stream<Block> blocks() {
        List<Block> list = new ArrayList<>();
        for (int k : new int[] {1, 2, 4, 22, 37}) {
            list.add(block("add", k - 1, (g, a, w) -> a.add(w[0], w[1]), v -> v[0] + v[1], k, k));
            list.add(block("add with carry", k, (g, a, w) -> a.addWithCarry(w[0], w[1]), v -> v[0] + v[1], k, k));
            list.add(block("subtract", k - 1, (g, a, w) -> a.subtract(w[0], w[1]), v -> v[0] - v[1], k, k));
            list.add(block("less", k, (g, a, w) -> a.lessThan(w[0], w[1]), v -> v[0] < v[1] ? 1 : 0, k, k));
            list.add(block(
                    "less, signed",
                    k,
                    (g, a, w) -> a.lessThanSigned(w[0], w[1]),
                    v -> signed(v[0], k) < signed(v[1], k) ? 1 : 0,
                    k,
                    k));
            list.add(block("equal", k - 1, (g, a, w) -> a.equal(w[0], w[1]), v -> v[0] == v[1] ? 1 : 0, k, k));
            list.add(block("max", 2 * k, (g, a, w) -> a.max(w[0], w[1]), v -> Math.max(v[0], v[1]), k, k));
            list.add(block(
                    "max, signed",
                    2 * k,
                    (g, a, w) -> a.maxSigned(w[0], w[1]),
                    v -> Math.max(signed(v[0], k), signed(v[1], k)),
                    k,
                    k));
            list.add(
                    block("select", k, (g, a, w) -> g.select(w[2], w[0], w[1]), v -> v[2] == 1 ? v[0] : v[1], k, k, 1));
        }
        for (int k : new int[] {3, 8, 22}) {
            list.add(block("negate", k - 2, (g, a, w) -> a.negate(w[0]), v -> -v[0], k));
            list.add(block("relu", k - 1, (g, a, w) -> a.relu(w[0]), v -> Math.max(0, signed(v[0], k)), k));
            list.add(block("floor shift", 0, (g, a, w) -> w[0].shiftRight(2).signed(k), v -> signed(v[0], k) >> 2, k));
            list.add(block("left shift", 0, (g, a, w) -> w[0].shiftLeft(2), v -> v[0] << 2, k));
            for (int u = 1; u <= Math.min(k - 1, 9); u++) {
                int bits = u;
                int high = k - 1 - u;
                list.add(block(
                        "saturate to unsigned " + u,
                        high + u,
                        (g, a, w) -> a.saturateToUnsigned(w[0], bits),
                        v -> clamp(signed(v[0], k), 0, (1L << bits) - 1),
                        k));
                list.add(block(
                        "saturate signed " + u,
                        u == 1 ? 0 : k - 2,
                        (g, a, w) -> a.saturateSigned(w[0], bits),
                        v -> clamp(signed(v[0], k), -(1L << (bits - 1)), (1L << (bits - 1)) - 1),
                        k));
            }
        }
        list.add(block("clamp", 15, (g, a, w) -> a.clampAbove(w[0], 96), v -> Math.min(v[0], 96), 8));
        list.add(block(
                "widening saturation",
                7,
                (g, a, w) -> a.saturateToUnsigned(w[0], 12),
                v -> Math.max(0, signed(v[0], 8)),
                8));
        list.add(block(
                "widening saturation, signed", 0, (g, a, w) -> a.saturateSigned(w[0], 12), v -> signed(v[0], 8), 8));
        int[][] products = {{2, 6}, {4, 28}, {8, 120}};
        for (int[] product : products) {
            int k = product[0];
            list.add(block("multiply", product[1], (g, a, w) -> a.multiply(w[0], w[1], 2 * k), v -> v[0] * v[1], k, k));
        }
        list.add(block("multiply, low half", 57, (g, a, w) -> a.multiply(w[0], w[1], 8), v -> v[0] * v[1], 8, 8));
        list.add(block(
                "multiply, signed",
                28,
                (g, a, w) -> a.multiplySigned(w[0], w[1], 8),
                v -> signed(v[0], 4) * signed(v[1], 4),
                4,
                4));
        list.add(block(
                "multiply, signed",
                64,
                (g, a, w) -> a.multiplySigned(w[0], w[1], 12),
                v -> signed(v[0], 7) * signed(v[1], 5),
                7,
                5));
        list.add(block("square", 12, (g, a, w) -> a.square(w[0], 8), v -> v[0] * v[0], 4));
        list.add(block("square", 56, (g, a, w) -> a.square(w[0], 16), v -> v[0] * v[0], 8));
        list.add(block(
                "square, signed",
                56,
                (g, a, w) -> a.squareSigned(w[0], 16),
                v -> signed(v[0], 8) * signed(v[0], 8),
                8));
        for (long p : new long[] {3, 7, 13, 8191, 2061584302081L}) {
            int k = 64 - Long.numberOfLeadingZeros(p);
            list.add(modular("add mod " + p, p, k, (g, a, w) -> a.addModulo(w[0], w[1], p), (x, y) -> (x + y) % p));
            list.add(modular(
                    "subtract mod " + p,
                    p,
                    k,
                    (g, a, w) -> a.subtractModulo(w[0], w[1], p),
                    (x, y) -> (x - y + p) % p));
            list.add(modular("from mod " + p, p, k, (g, a, w) -> a.fromModulo(w[0], w[1], p), (x, y) -> {
                long sum = (x + y) % p;
                return sum > p / 2 ? sum - p : sum;
            }));
            list.add(block(
                    "to mod " + p, -1, (g, a, w) -> a.toModulo(w[0], p, k), v -> Math.floorMod(signed(v[0], k), p), k));
        }
        for (int n : new int[] {1, 2, 3, 4, 5, 10}) {
            int k = n < 5 ? 8 / n : 9;
            int[] widths = IntStream.range(0, n).map(i -> k).toArray();
            list.add(block(
                    "argmax",
                    -1,
                    (g, a, w) -> a.argmax(List.of(w)),
                    v -> {
                        int best = 0;
                        for (int i = 1; i < n; i++) {
                            best = signed(v[i], k) > signed(v[best], k) ? i : best;
                        }
                        return best;
                    },
                    widths));
        }
        for (int[] of : new int[][] {{2, 1}, {2, 2}, {3, 2}, {4, 4}, {5, 2}, {10, 3}}) {
            int n = of[0];
            int places = of[1];
            int k = n < 5 ? 8 / n : 9;
            list.add(block(
                    "the " + places + " largest",
                    -1,
                    (g, a, w) -> a.topIndices(List.of(w), places).stream()
                            .reduce(Word::then)
                            .orElseThrow(),
                    v -> largest(v, k, places),
                    IntStream.range(0, n).map(i -> k).toArray()));
        }
        return list.stream();
    }

    /** Indices of the largest, the lowest first among equals, each in the bits that n - 1 has. */
    private static long largest(long[] values, int k, int places) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(values.length - 1);
        List<Integer> ranking = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -signed(values[i], k)))
                .toList();
        long indices = 0;
        for (int place = 0; place < places; place++) {
            indices |= (long) ranking.get(place) << bits * place;
        }
        return indices;
    }

    interface Residues {
        long apply(long x, long y);
    }

    /** Inputs are arbitrary words; the definition sees what they are modulo p, and so does the circuit. */
    private static Block modular(String name, long p, int k, Construction construction, Residues definition) {
        return block(name, -1, construction, v -> definition.apply(v[0] % p, v[1] % p), k, k);
    }

    private static long modulusOf(Block block) {
        int at = block.name.lastIndexOf("mod ");
        return at < 0 || block.name.startsWith("to") ? 0 : Long.parseLong(block.name.substring(at + 4));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void blockIsItsDefinition(Block block) {
        CircuitBuilder gates = new CircuitBuilder();
        int bits = IntStream.of(block.widths).sum();
        Word[] inputs = new Word[block.widths.length];
        InputKind[] kinds = InputKind.values();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = gates.input(kinds[i % kinds.length], block.widths[i]);
        }
        Word result = block.construction.build(gates, new Arithmetic(gates), inputs);
        gates.output(result);
        Circuit circuit = gates.build();
        if (block.ands >= 0) {
            assertThat(circuit.andCount()).as("AND gates").isEqualTo(block.ands);
        }
        long[][] cases = bits <= 8 ? exhaustive(block.widths, bits) : edgesAndRandom(block.widths);
        long p = modulusOf(block);
        for (long[] values : cases) {
            for (int i = 0; p > 0 && i < values.length; i++) {
                values[i] %= p;
            }
        }
        BitPlanes[] planes = new BitPlanes[kinds.length];
        for (InputKind kind : kinds) {
            planes[kind.ordinal()] = new BitPlanes(circuit.inputBits(kind), cases.length);
        }
        int[] next = new int[kinds.length];
        for (int i = 0; i < inputs.length; i++) {
            int input = i;
            long[] column = Stream.of(cases).mapToLong(values -> values[input]).toArray();
            int kind = i % kinds.length;
            planes[kind].setValues(next[kind], block.widths[i], column, 0);
            next[kind] += block.widths[i];
        }
        BitPlanes results = circuit.evaluate(planes[0], planes[1], planes[2]);
        long[] found = new long[cases.length];
        results.getValues(0, result.width(), found, 0);
        long mask = result.width() == 64 ? -1 : (1L << result.width()) - 1;
        for (int i = 0; i < cases.length; i++) {
            assertThat(found[i])
                    .as("%s at %s", block, java.util.Arrays.toString(cases[i]))
                    .isEqualTo(block.definition.apply(cases[i]) & mask);
        }
    }

    private static long[][] exhaustive(int[] widths, int bits) {
        long[][] cases = new long[1 << bits][widths.length];
        for (int i = 0; i < cases.length; i++) {
            long rest = i;
            for (int j = 0; j < widths.length; j++) {
                cases[i][j] = rest & ((1L << widths[j]) - 1);
                rest >>>= widths[j];
            }
        }
        return cases;
    }

    private static long[][] edgesAndRandom(int[] widths) {
        Random random = new Random(20210407);
        long[][] cases = new long[1500][widths.length];
        for (int i = 0; i < cases.length; i++) {
            for (int j = 0; j < widths.length; j++) {
                long mask = (1L << widths[j]) - 1;
                long top = 1L << (widths[j] - 1);
                long[] edges = {0, 1, mask, mask - 1, top, top - 1, top + 1};
                cases[i][j] = mask & (random.nextInt(3) == 0 ? edges[random.nextInt(edges.length)] : random.nextLong());
            }
            if (i % 7 == 0 && widths.length > 1 && widths[0] == widths[1]) {
                cases[i][1] = cases[i][0];
            }
        }
        return cases;
    }

    /** An unsigned word less a mask in more bits: the borrow is projected where that saves ANDs. */
    @Test
    void maskedOutputs() {
        for (int[] widths : new int[][] {{0, 5}, {1, 1}, {1, 2}, {1, 3}, {8, 8}, {8, 9}, {8, 10}, {8, 22}, {16, 64}}) {
            int k = widths[0];
            int w = widths[1];
            CircuitBuilder gates = new CircuitBuilder();
            Word a = gates.input(InputKind.EVALUATOR, k);
            Word mask = gates.input(InputKind.KNOWN, w);
            new Arithmetic(gates).outputMasked(a, mask);
            Circuit circuit = gates.build();
            String what = k + " bits in " + w;
            assertThat(circuit.outputBits() + circuit.projectedBits()).as(what).isEqualTo(w);
            if (k > 0) {
                assertThat(circuit.andCount()).as(what).isEqualTo(w < k + 2 ? w - 1 : k);
            }
            long[][] cases = edgesAndRandom(new int[] {Math.max(1, k), w});
            long[] values =
                    Stream.of(cases).mapToLong(each -> k == 0 ? 0 : each[0]).toArray();
            long[] masks = Stream.of(cases).mapToLong(each -> each[1]).toArray();
            BitPlanes unsigned = new BitPlanes(k, cases.length);
            if (k > 0) {
                unsigned.setValues(0, k, values, 0);
            }
            BitPlanes known = new BitPlanes(w, cases.length);
            known.setValues(0, w, masks, 0);
            long[] found = new long[cases.length];
            circuit.evaluate(known, new BitPlanes(0, cases.length), unsigned).getValues(0, w, found, 0);
            for (int i = 0; i < cases.length; i++) {
                assertThat(found[i])
                        .as("%s: %d less %d", what, values[i], masks[i])
                        .isEqualTo(values[i] - masks[i] & -1L >>> Long.SIZE - w);
            }
        }
    }

    @Test
    void placesAreThoseThatThereAre() {
        CircuitBuilder gates = new CircuitBuilder();
        List<Word> words = List.of(gates.input(InputKind.ONLINE, 4), gates.input(InputKind.ONLINE, 4));
        for (int places : new int[] {0, -1, 3}) {
            assertThatThrownBy(() -> new Arithmetic(gates).topIndices(words, places))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The circuits of protocols/outsourced.md, "Circuits". */
    @Test
    void priceOfActivations() {
        assertThat(activation(22, 8, 8, 22).andCount()).isEqualTo(55);
        // 32-bit shares, ReLU, and the result masked in 32 bits
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word sum = blocks.add(gates.input(InputKind.ONLINE, 32), gates.input(InputKind.EVALUATOR, 32));
        gates.output(blocks.subtract(blocks.relu(sum).unsigned(32), gates.input(InputKind.KNOWN, 32)));
        assertThat(gates.build().andCount()).isEqualTo(93);
    }

    static Circuit activation(int ringBits, int shift, int bits, int nextRingBits) {
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word masked = gates.input(InputKind.ONLINE, ringBits);
        Word mask = gates.input(InputKind.EVALUATOR, ringBits);
        Word reshare = gates.input(InputKind.KNOWN, nextRingBits);
        Word activation = blocks.saturateToUnsigned(blocks.add(masked, mask).shiftRight(shift), bits);
        gates.output(blocks.subtract(activation.unsigned(nextRingBits), reshare));
        return gates.build();
    }

    @Test
    void pricesThatDependOnConstants() {
        assertThat(price(41, 41, (g, a, w) -> a.fromModulo(w[0], w[1], 2061584302081L)))
                .isLessThanOrEqualTo(4 * 41 + 1);
        assertThat(price(41, 41, (g, a, w) -> a.addModulo(w[0], w[1], 2061584302081L)))
                .isLessThanOrEqualTo(3 * 41 + 2);
        assertThat(price(41, 41, (g, a, w) -> a.subtractModulo(w[0], w[1], 2061584302081L)))
                .isLessThanOrEqualTo(3 * 41);
        // Ten signed logits of 20 bits: nine comparisons, eight selections, seven index bits.
        int[] logits = IntStream.range(0, 10).map(i -> 20).toArray();
        assertThat(price((g, a, w) -> a.argmax(List.of(w)), logits)).isEqualTo(9 * 20 + 8 * 20 + 7);
        assertThat(price(8, 8, (g, a, w) -> g.and(w[0], Word.constant(0x0f, 8))))
                .isZero();
        assertThat(price(8, 8, (g, a, w) -> g.xor(g.and(w[0], w[1]), g.and(w[1], w[0]))))
                .isZero();
        assertThat(price(8, 8, (g, a, w) -> g.or(g.and(w[0], w[1]), g.and(w[1], w[0]))))
                .isEqualTo(8);
    }

    private static int price(int k, int l, Construction construction) {
        return price(construction, k, l);
    }

    private static int price(Construction construction, int... widths) {
        CircuitBuilder gates = new CircuitBuilder();
        Word[] inputs = IntStream.of(widths)
                .mapToObj(width -> gates.input(InputKind.EVALUATOR, width))
                .toArray(Word[]::new);
        gates.output(construction.build(gates, new Arithmetic(gates), inputs));
        return gates.build().andCount();
    }

    @Test
    void gatesThatNobodyNeedsAreLeftOut() {
        CircuitBuilder gates = new CircuitBuilder();
        Word a = gates.input(InputKind.ONLINE, 8);
        Word b = gates.input(InputKind.EVALUATOR, 8);
        new Arithmetic(gates).multiply(a, b, 16);
        gates.output(gates.xor(a, b));
        gates.output(Word.constant(2, 2));
        Circuit circuit = gates.build();
        assertThat(circuit.andCount()).isZero();
        assertThat(circuit.xorCount()).isEqualTo(8);
        assertThat(circuit.andDepth()).isZero();
        assertThat(circuit.outputBits()).isEqualTo(10);
        assertThat(circuit.rows()).isEqualTo(16);
    }

    @Test
    void wordsThatDoNotFitAreRefused() {
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word a = gates.input(InputKind.ONLINE, 8);
        Word b = gates.input(InputKind.ONLINE, 7);
        assertThatThrownBy(() -> blocks.add(a, b)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> gates.xor(a, b)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> gates.select(a, b, b)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blocks.fromModulo(b, b, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blocks.addModulo(b, b, 1000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blocks.multiply(a, b, 65)).isInstanceOf(IllegalArgumentException.class);
    }
}
