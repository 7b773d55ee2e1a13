package io.tacit.crypto.garble;

import java.util.Arrays;
import java.util.Objects;

/**
 * Bits of a circuit under construction, least significant first. A bit is a literal: twice the wire's number, plus one if
 * the wire's value is to be inverted; literal 0 is the constant false and 1 the constant true. Signed words are two's
 * complement. Rearranging bits costs nothing. Belongs to the builder that made it.
 */
public final class Word {
    static final int FALSE = 0;
    static final int TRUE = 1;

    private final int[] literals;

    Word(int... literals) {
        this.literals = literals;
    }

    /** The word that is always {@code value}: its low {@code width} bits, 0 to 64. */
    public static Word constant(long value, int width) {
        Objects.checkIndex(width, Long.SIZE + 1);
        int[] literals = new int[width];
        for (int i = 0; i < width; i++) {
            literals[i] = (value >>> i & 1) == 1 ? TRUE : FALSE;
        }
        return new Word(literals);
    }

    /** Number of bits. */
    public int width() {
        return literals.length;
    }

    int literal(int bit) {
        return literals[bit];
    }

    int[] literals() {
        return literals.clone();
    }

    /** Bit {@code index} alone. */
    public Word bit(int index) {
        return new Word(literals[index]);
    }

    /** The highest bit, which is the sign of a signed word. */
    public Word top() {
        return bit(literals.length - 1);
    }

    /** Whether the sign of a signed word is the constant zero. */
    public boolean isNeverNegative() {
        return literals[literals.length - 1] == FALSE;
    }

    /** Bits {@code from} to {@code to - 1}. */
    public Word slice(int from, int to) {
        Objects.checkFromToIndex(from, to, literals.length);
        return new Word(Arrays.copyOfRange(literals, from, to));
    }

    /** The unsigned value in {@code width} bits: cut, or filled up with zeros. */
    public Word unsigned(int width) {
        return new Word(Arrays.copyOf(literals, width));
    }

    /** The signed value in {@code width} bits: cut, or filled up with the sign. */
    public Word signed(int width) {
        int[] extended = Arrays.copyOf(literals, width);
        for (int i = literals.length; i < width; i++) {
            extended[i] = literals[literals.length - 1];
        }
        return new Word(extended);
    }

    /** floor(value / 2^bits), of a signed word if its top bit is kept as the sign. The result is narrower. */
    public Word shiftRight(int bits) {
        return slice(bits, literals.length);
    }

    /** value * 2^bits. The result is wider. */
    public Word shiftLeft(int bits) {
        return constant(0, bits).then(this);
    }

    /** These bits, and above them those of {@code high}. */
    public Word then(Word high) {
        int[] joined = Arrays.copyOf(literals, literals.length + high.literals.length);
        System.arraycopy(high.literals, 0, joined, literals.length, high.literals.length);
        return new Word(joined);
    }

    /** Every bit inverted. */
    public Word not() {
        int[] inverted = new int[literals.length];
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = literals[i] ^ 1;
        }
        return new Word(inverted);
    }
}
