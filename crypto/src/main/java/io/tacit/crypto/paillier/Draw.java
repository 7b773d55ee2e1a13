package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.Arrays;

/** Uniform long numbers from a generator. */
final class Draw {
    private Draw() {}

    /** Uniform in 0 .. 2^bits - 1. */
    static BigInteger bits(int bits, Prg generator) {
        byte[] bytes = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
        generator.fill(bytes, 0, bytes.length);
        bytes[0] &= (byte) (0xff >>> (bytes.length * Byte.SIZE - bits));
        BigInteger drawn = new BigInteger(1, bytes);
        Arrays.fill(bytes, (byte) 0);
        return drawn;
    }

    /** Uniform in 0 .. bound - 1: candidates that are too large are drawn again. */
    static BigInteger below(BigInteger bound, Prg generator) {
        BigInteger candidate = bits(bound.bitLength(), generator);
        while (candidate.compareTo(bound) >= 0) {
            candidate = bits(bound.bitLength(), generator);
        }
        return candidate;
    }
}
