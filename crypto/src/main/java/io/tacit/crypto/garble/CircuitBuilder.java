package io.tacit.crypto.garble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds a {@link Circuit} of AND and XOR gates; inversion is free. Constants are folded, equal gates exist once, gates
 * that no output needs are left out. The larger blocks are in {@link Arithmetic}.
 */
public final class CircuitBuilder {
    static final byte INPUT = 0;
    static final byte AND = 1;
    static final byte XOR = 2;

    private byte[] kinds = new byte[64];
    private int[] lefts = new int[64];
    private int[] rights = new int[64];
    private int wires = 1; // wire 0 is the constant
    private final Map<Long, Integer> known = new HashMap<>();
    private final List<List<Integer>> inputs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    private final List<Integer> outputs = new ArrayList<>();
    private final List<Projection> projections = new ArrayList<>();

    /** The next {@code width} inputs of that kind. */
    public Word input(InputKind kind, int width) {
        int[] literals = new int[width];
        for (int i = 0; i < width; i++) {
            int wire = append(INPUT, 0, 0);
            inputs.get(kind.ordinal()).add(wire);
            literals[i] = wire << 1;
        }
        return new Word(literals);
    }

    /** Makes these bits the next outputs. */
    public void output(Word word) {
        for (int i = 0; i < word.width(); i++) {
            outputs.add(word.literal(i));
        }
    }

    /**
     * Makes {@code -(bit + mask) mod 2^w} the next projected outputs: see {@link Projection}. They come after all others.
     *
     * @param bit one bit, not a constant
     * @param mask w {@link InputKind#KNOWN} inputs in their order, 1 to 64
     */
    void project(Word bit, Word mask) {
        int first = inputs.get(InputKind.KNOWN.ordinal()).indexOf(mask.literal(0) >> 1);
        for (int i = 0; i < mask.width(); i++) {
            if (first < 0
                    || mask.literal(i) != inputs.get(InputKind.KNOWN.ordinal()).get(first + i) << 1) {
                throw new IllegalArgumentException("the mask of a projection is not a row of known inputs");
            }
        }
        if (single(bit) <= Word.TRUE) {
            throw new IllegalArgumentException("the projection of a constant");
        }
        projections.add(new Projection(single(bit), first, mask.width()));
    }

    /** Bitwise exclusive or: free. */
    public Word xor(Word a, Word b) {
        int[] literals = new int[sameWidth(a, b)];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = xor(a.literal(i), b.literal(i));
        }
        return new Word(literals);
    }

    /** Bitwise and: an AND a bit. */
    public Word and(Word a, Word b) {
        int[] literals = new int[sameWidth(a, b)];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = and(a.literal(i), b.literal(i));
        }
        return new Word(literals);
    }

    /** Bitwise or: an AND a bit. */
    public Word or(Word a, Word b) {
        return and(a.not(), b.not()).not();
    }

    /** {@code choice ? a : b}, an AND a bit. {@code choice} is one bit. */
    public Word select(Word choice, Word a, Word b) {
        int[] literals = new int[sameWidth(a, b)];
        int bit = single(choice);
        for (int i = 0; i < literals.length; i++) {
            literals[i] = xor(b.literal(i), and(bit, xor(a.literal(i), b.literal(i))));
        }
        return new Word(literals);
    }

    /** The word if {@code keep} (one bit) is true, else zero; an AND a bit. */
    public Word mask(Word keep, Word a) {
        int bit = single(keep);
        int[] literals = new int[a.width()];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = and(bit, a.literal(i));
        }
        return new Word(literals);
    }

    /** One bit: whether any bit is one. An AND less than bits. */
    public Word any(Word a) {
        int none = Word.TRUE;
        for (int i = 0; i < a.width(); i++) {
            none = and(none, a.literal(i) ^ 1);
        }
        return new Word(none ^ 1);
    }

    int xor(int a, int b) {
        int inverted = (a ^ b) & 1;
        int left = Math.min(a, b) & ~1;
        int right = Math.max(a, b) & ~1;
        if (left == right) {
            return inverted;
        }
        return (left == Word.FALSE ? right : gate(XOR, left, right)) ^ inverted;
    }

    int and(int a, int b) {
        if (a == Word.FALSE || b == Word.FALSE || a == (b ^ 1)) {
            return Word.FALSE;
        }
        if (a == Word.TRUE || a == b) {
            return b;
        }
        return b == Word.TRUE ? a : gate(AND, Math.min(a, b), Math.max(a, b));
    }

    private int gate(byte kind, int left, int right) {
        long key = (long) left << 32 | right;
        return known.computeIfAbsent(kind == AND ? key : ~key, absent -> append(kind, left, right)) << 1;
    }

    private int append(byte kind, int left, int right) {
        if (wires == kinds.length) {
            int larger = Math.multiplyExact(wires, 2);
            kinds = Arrays.copyOf(kinds, larger);
            lefts = Arrays.copyOf(lefts, larger);
            rights = Arrays.copyOf(rights, larger);
        }
        kinds[wires] = kind;
        lefts[wires] = left;
        rights[wires] = right;
        return wires++;
    }

    private static int sameWidth(Word a, Word b) {
        if (a.width() != b.width()) {
            throw new IllegalArgumentException("words of " + a.width() + " and " + b.width() + " bits");
        }
        return a.width();
    }

    private static int single(Word bit) {
        if (bit.width() != 1) {
            throw new IllegalArgumentException("a word of " + bit.width() + " bits where one bit is wanted");
        }
        return bit.literal(0);
    }

    /** The circuit from the inputs to the outputs, in the order in which they were declared. */
    public Circuit build() {
        return new Schedule(
                        Arrays.copyOf(kinds, wires),
                        Arrays.copyOf(lefts, wires),
                        Arrays.copyOf(rights, wires),
                        inputs.stream().map(CircuitBuilder::toArray).toArray(int[][]::new),
                        toArray(outputs),
                        projections)
                .circuit();
    }

    private static int[] toArray(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
