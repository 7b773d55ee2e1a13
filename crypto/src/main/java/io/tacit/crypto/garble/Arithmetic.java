package io.tacit.crypto.garble;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The named blocks of the protocols' circuits, with their price in AND gates for words of k bits that are not constant.
 * Constant bits make every block cheaper. Words are unsigned unless a method says signed (two's complement).
 */
public final class Arithmetic {
    /** Bits from which on a projection is cheaper than AND gates. */
    private static final int LEAST_PROJECTED = 2;

    /** Most bits of a projection. */
    private static final int MOST_PROJECTED = Long.SIZE;

    private final CircuitBuilder gates;

    public Arithmetic(CircuitBuilder gates) {
        this.gates = gates;
    }

    /** a + b mod 2^k: k - 1 ANDs (Boyar, Peralta: one AND a full adder). */
    public Word add(Word a, Word b) {
        return addWithCarry(a, b).slice(0, a.width());
    }

    /** a + b in k + 1 bits: k ANDs. */
    public Word addWithCarry(Word a, Word b) {
        if (a.width() != b.width()) {
            throw new IllegalArgumentException("words of " + a.width() + " and " + b.width() + " bits");
        }
        int[] sum = new int[a.width() + 1];
        int carry = Word.FALSE;
        for (int i = 0; i < a.width(); i++) {
            int withCarry = gates.xor(b.literal(i), carry);
            sum[i] = gates.xor(a.literal(i), withCarry);
            carry = gates.xor(carry, gates.and(gates.xor(a.literal(i), carry), withCarry));
        }
        sum[a.width()] = carry;
        return new Word(sum);
    }

    /** a - b mod 2^k: k - 1 ANDs. */
    public Word subtract(Word a, Word b) {
        return add(a.not(), b).not();
    }

    /**
     * Makes a - mask mod 2^w the next outputs, for an unsigned a of k bits: w - 1 ANDs, or k (but at least w - 64) and a
     * projection of the borrow where that is less. In the latter case all other outputs must have been declared before.
     *
     * @param mask w >= k {@link InputKind#KNOWN} inputs in their order
     */
    public void outputMasked(Word a, Word mask) {
        if (a.width() == 0 || mask.width() < a.width() + LEAST_PROJECTED) {
            gates.output(subtract(a.unsigned(mask.width()), mask));
            return;
        }
        int bits = Math.max(a.width(), mask.width() - MOST_PROJECTED);
        Word lower =
                addWithCarry(a.unsigned(bits).not(), mask.slice(0, bits)); // 2^bits - 1 - (a - mask), and the borrow
        gates.output(lower.slice(0, bits).not());
        gates.project(lower.top(), mask.slice(bits, mask.width()));
    }

    /** -a mod 2^k: k - 2 ANDs. */
    public Word negate(Word a) {
        return subtract(Word.constant(0, 0).unsigned(a.width()), a);
    }

    /** One bit, a < b: k ANDs. */
    public Word lessThan(Word a, Word b) {
        return addWithCarry(a.not(), b).top();
    }

    /** One bit, a < b of signed words: k ANDs. */
    public Word lessThanSigned(Word a, Word b) {
        return lessThan(flipTop(a), flipTop(b));
    }

    private static Word flipTop(Word a) {
        return a.slice(0, a.width() - 1).then(a.top().not());
    }

    /** One bit, a = b: k - 1 ANDs. */
    public Word equal(Word a, Word b) {
        return gates.any(gates.xor(a, b)).not();
    }

    /** max(a, 0) of a signed word, in k - 1 bits: k - 1 ANDs. */
    public Word relu(Word a) {
        return gates.mask(a.top().not(), a.slice(0, a.width() - 1));
    }

    /**
     * A signed word clamped to 0 .. 2^bits - 1: ReLU and saturation in one. With h = k - 1 - bits high bits: h + bits ANDs
     * if h > 0, else bits.
     */
    public Word saturateToUnsigned(Word a, int bits) {
        int magnitudeBits = a.width() - 1;
        if (bits >= magnitudeBits) {
            return relu(a).unsigned(bits);
        }
        Word negative = a.top();
        Word outside = gates.or(negative, gates.any(a.slice(bits, magnitudeBits)));
        return gates.select(outside, repeat(negative.not(), bits), a.slice(0, bits));
    }

    /** A signed word clamped to -2^(bits-1) .. 2^(bits-1) - 1: k - 2 ANDs. */
    public Word saturateSigned(Word a, int bits) {
        if (bits >= a.width()) {
            return a.signed(bits);
        }
        Word negative = a.top();
        Word high = a.slice(bits - 1, a.width() - 1);
        Word outside = gates.any(gates.xor(high, repeat(negative, high.width())));
        return gates.select(outside, repeat(negative.not(), bits - 1), a.slice(0, bits - 1))
                .then(negative);
    }

    /** min(a, limit) of an unsigned word, 0 <= limit < 2^k: at most 2 k ANDs. */
    public Word clampAbove(Word a, long limit) {
        Word constant = Word.constant(limit, a.width());
        return gates.select(lessThan(constant, a), constant, a);
    }

    private static Word repeat(Word bit, int times) {
        return bit.signed(times);
    }

    /** The larger of two unsigned words: 2 k ANDs. */
    public Word max(Word a, Word b) {
        return gates.select(lessThan(a, b), b, a);
    }

    /** The larger of two signed words: 2 k ANDs. */
    public Word maxSigned(Word a, Word b) {
        return gates.select(lessThanSigned(a, b), b, a);
    }

    /**
     * Index of the largest signed word, the lowest if several are: (n - 1) 2 k - k ANDs and at most one for each index bit
     * of each comparison, in a tree. The index has as many bits as n - 1.
     */
    public Word argmax(List<Word> words) {
        List<Word> values = new ArrayList<>(words);
        List<Word> indices = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            indices.add(Word.constant(0, 0));
        }
        while (values.size() > 1) {
            List<Word> winners = new ArrayList<>();
            List<Word> winnerIndices = new ArrayList<>();
            for (int i = 0; i + 1 < values.size(); i += 2) {
                Word right = lessThanSigned(values.get(i), values.get(i + 1));
                winners.add(gates.select(right, values.get(i + 1), values.get(i)));
                winnerIndices.add(
                        gates.select(right, indices.get(i + 1), indices.get(i)).then(right));
            }
            if (values.size() % 2 == 1) {
                Word last = indices.get(values.size() - 1);
                winners.add(values.get(values.size() - 1));
                winnerIndices.add(last.unsigned(last.width() + 1));
            }
            values = winners;
            indices = winnerIndices;
        }
        return indices.get(0);
    }

    /**
     * Indices of the {@code count} largest signed words, largest first, the lowest index first among equals: a tournament a
     * place, whose losers stay for the next one. At most 2 (k + i) ANDs for each of the (n - 1) + (n - 2) + ... comparisons,
     * i being the bits of an index, which has as many as n - 1.
     */
    public List<Word> topIndices(List<Word> words, int count) {
        if (count < 1 || count > words.size()) {
            throw new IllegalArgumentException("the " + count + " largest of " + words.size() + " words");
        }
        int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(words.size() - 1);
        List<Word> keys = new ArrayList<>(); // unsigned: the inverted index decides among equals
        for (int i = 0; i < words.size(); i++) {
            keys.add(Word.constant(~(long) i, indexBits).then(flipTop(words.get(i))));
        }
        List<Word> indices = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            for (int step = 1; step < keys.size(); step *= 2) {
                for (int i = 0; i + step < keys.size(); i += 2 * step) {
                    Word a = keys.get(i);
                    Word b = keys.get(i + step);
                    Word exchange = gates.mask(lessThan(a, b), gates.xor(a, b));
                    keys.set(i, gates.xor(a, exchange));
                    keys.set(i + step, gates.xor(b, exchange));
                }
            }
            indices.add(keys.remove(0).slice(0, indexBits).not());
        }
        return indices;
    }

    /** a * b of unsigned words, in {@code width} bits: 2 k^2 - k ANDs for the whole product, about half for the lower half. */
    public Word multiply(Word a, Word b, int width) {
        return multiply(a, b, width, false);
    }

    /** a * b of signed words, mod 2^width (Baugh, Wooley 1973): about as many ANDs as {@link #multiply}. */
    public Word multiplySigned(Word a, Word b, int width) {
        return multiply(a, b, width, true);
    }

    private Word multiply(Word a, Word b, int width, boolean signed) {
        Columns columns = new Columns(width);
        for (int i = 0; i < a.width(); i++) {
            for (int j = 0; j < b.width(); j++) {
                boolean negative = signed && (i == a.width() - 1) != (j == b.width() - 1);
                columns.add(i + j, i + j < width ? gates.and(a.literal(i), b.literal(j)) : Word.FALSE, negative);
            }
        }
        return columns.sum();
    }

    /** a^2 of an unsigned word, in {@code width} bits: k^2 - k ANDs for the whole square. */
    public Word square(Word a, int width) {
        return square(a, width, false);
    }

    /** a^2 of a signed word, in {@code width} bits: k^2 - k ANDs for the whole square. */
    public Word squareSigned(Word a, int width) {
        return square(a, width, true);
    }

    private Word square(Word a, int width, boolean signed) {
        Columns columns = new Columns(width);
        for (int i = 0; i < a.width(); i++) {
            columns.add(2 * i, a.literal(i), false);
            for (int j = i + 1; j < a.width(); j++) {
                int column = i + j + 1;
                boolean negative = signed && j == a.width() - 1;
                columns.add(column, column < width ? gates.and(a.literal(i), a.literal(j)) : Word.FALSE, negative);
            }
        }
        return columns.sum();
    }

    /** a + b mod p of two residues of k bits, p < 2^k: 3 k + 1 ANDs. */
    public Word addModulo(Word a, Word b, long p) {
        Word sum = addWithCarry(a, b);
        Word modulus = modulus(p, sum.width());
        Word less = lessThan(sum, modulus);
        return subtract(sum, gates.mask(less.not(), modulus)).slice(0, a.width());
    }

    /** a - b mod p of two residues of k bits, p < 2^k: 2 k - 1 ANDs. */
    public Word subtractModulo(Word a, Word b, long p) {
        Word negative = lessThan(a, b);
        return add(subtract(a, b), gates.mask(negative, modulus(p, a.width())));
    }

    /**
     * The signed value, in -(p-1)/2 .. (p-1)/2 and k bits, of a + b mod p, where a and b are residues of k bits modulo an
     * odd p < 2^k: a sum, two comparisons with constants, and a subtraction of 0, p or 2 p: at most 4 k + 1 ANDs.
     */
    public Word fromModulo(Word a, Word b, long p) {
        return fromModulo(a, b, p, a.width());
    }

    /** The same where the value is known to fit a signed word of {@code bits} bits, at most k: 3 k + bits + 1 ANDs at most. */
    public Word fromModulo(Word a, Word b, long p, int bits) {
        requireOdd(p);
        int width = a.width();
        Word sum = addWithCarry(a, b);
        long half = (p - 1) / 2;
        Word once = lessThan(Word.constant(half, width + 1), sum);
        Word twice = lessThan(Word.constant(half + p, width + 1), sum);
        Word ofOnce = gates.mask(once, modulus(p, width));
        Word ofTwice = gates.mask(twice, Word.constant(p ^ 2 * p, width));
        return subtract(sum.slice(0, bits), gates.xor(ofOnce, ofTwice).slice(0, bits));
    }

    /** The residue, in {@code width} bits, of a signed word that lies in -p .. p - 1, p < 2^width: width - 1 ANDs. */
    public Word toModulo(Word a, long p, int width) {
        return add(a.signed(width), gates.mask(a.top(), modulus(p, width)));
    }

    private static Word modulus(long p, int width) {
        if (p < 2 || width > 63 || p >>> width != 0) {
            throw new IllegalArgumentException("modulus " + p + " in " + width + " bits");
        }
        return Word.constant(p, width);
    }

    private static void requireOdd(long p) {
        if (p % 2 == 0 || p < 3 || p >= 1L << 62) {
            throw new IllegalArgumentException("modulus " + p + " is not odd and below 2^62");
        }
    }

    /** Bits to be summed, by weight: three of a column become one and a carry, at one AND (a full adder). */
    private final class Columns {
        private final List<Deque<Integer>> bits = new ArrayList<>();
        private long constant;

        Columns(int width) {
            if (width > Long.SIZE) {
                throw new IllegalArgumentException("a sum of " + width + " bits");
            }
            for (int i = 0; i < width; i++) {
                bits.add(new ArrayDeque<>());
            }
        }

        /** Adds or subtracts {@code bit * 2^column}; a column beyond the width is nothing. */
        void add(int column, int bit, boolean negative) {
            if (column < bits.size()) {
                // -x = (1 - x) - 1
                bits.get(column).add(negative ? bit ^ 1 : bit);
                constant -= negative ? 1L << column : 0;
            }
        }

        Word sum() {
            int[] sum = new int[bits.size()];
            for (int column = 0; column < sum.length; column++) {
                Deque<Integer> open = bits.get(column);
                open.remove(Word.FALSE);
                if ((constant >>> column & 1) == 1) {
                    open.addFirst(Word.TRUE);
                }
                while (open.size() > 1) {
                    int a = open.remove();
                    int b = open.remove();
                    int c = open.isEmpty() ? Word.FALSE : open.remove();
                    open.add(gates.xor(a, gates.xor(b, c)));
                    if (column + 1 < sum.length) {
                        bits.get(column + 1).add(gates.xor(a, gates.and(gates.xor(a, b), gates.xor(a, c))));
                    }
                }
                sum[column] = open.isEmpty() ? Word.FALSE : open.remove();
            }
            return new Word(sum);
        }
    }
}
