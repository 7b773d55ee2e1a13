package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.util.Arrays;

/**
 * Decrypts returned ciphertexts under a secret key. Not thread-safe: one for each thread.
 *
 * <p>Security guarantee: neither branches nor addresses depend on key or content. What is decrypted is not authenticated: a
 * peer that does not follow the protocol makes it anything.
 */
public final class Decryptor implements AutoCloseable {
    /** Exactness: N products of a ternary number with one of these bits stay below 2^47, a quarter of the prime. */
    private static final int SUM_BITS = NttPrime.MAX_BITS - 1;

    private final SecretKey key;
    private final double[] piece;
    private final long[] products;
    private final long[] sums;

    public Decryptor(SecretKey key) {
        this.key = key;
        this.piece = new double[key.parameters().degree()];
        this.products = new long[key.parameters().degree()];
        this.sums = new long[key.parameters().degree()];
    }

    /**
     * The wanted values, each modulo 2^l, 0 .. 2^l - 1, in the order of {@code wanted}.
     *
     * @param wanted the indices that the sender was asked for
     * @param out at least as many places
     */
    public void decrypt(ReturnedCiphertext ciphertext, int[] wanted, long[] out) {
        ReturnFormat format = ciphertext.format();
        key.parameters().requireSameRing(format.parameters());
        format.requireWanted(wanted);
        RnsRing ring = key.rounded().ring;
        int degree = ring.degree();
        int maskBits = format.maskBits();
        int pieceBits = SUM_BITS - Integer.numberOfTrailingZeros(degree);
        Arrays.fill(sums, 0);
        for (int from = 0; from < maskBits; from += pieceBits) {
            extract(ciphertext.masks, maskBits, from, pieceBits);
            ring.toEvaluation(piece);
            ring.multiply(piece, key.rounded().rows);
            ring.toCoefficients(piece);
            ring.kernels().residues().toSigned(piece, 0, products, 0, degree);
            for (int i = 0; i < degree; i++) {
                sums[i] += products[i] << from;
            }
        }
        int plaintextBits = format.parameters().plaintextBits();
        long half = 1L << (maskBits - plaintextBits - 1);
        int valueShift = maskBits - format.valueBits();
        for (int j = 0; j < wanted.length; j++) {
            long value = sums[wanted[j]] + (ciphertext.values[j] << valueShift);
            out[j] = (value + half) << (Long.SIZE - maskBits) >>> (Long.SIZE - plaintextBits);
        }
    }

    /**
     * The piece of {@code pieceBits} from bit {@code from} on, signed: the value is the sum of its pieces, each times
     * 2^from, modulo 2^maskBits.
     */
    private void extract(long[] masks, int maskBits, int from, int pieceBits) {
        int unused = Long.SIZE - maskBits;
        long carry = from == 0 ? 0 : 1L << (from - 1);
        int pieceShift = Long.SIZE - Math.min(pieceBits, maskBits - from);
        for (int i = 0; i < piece.length; i++) {
            // Adding half of the piece below carries into this one exactly where that one is negative.
            long rest = (masks[i] << unused >> unused) + carry >> from;
            piece[i] = rest << pieceShift >> pieceShift;
        }
    }

    /** Overwrites what was computed last; the key is the caller's. */
    @Override
    public void close() {
        Arrays.fill(piece, 0);
        Arrays.fill(products, 0);
        Arrays.fill(sums, 0);
    }
}
