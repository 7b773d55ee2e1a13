package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.provider.KernelProvider;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The distributions of the scheme, exactly, from a generator in bulk. Not thread-safe.
 *
 * <p>Security guarantee: neither branches nor addresses depend on what is kept; only how many candidates were rejected
 * shows.
 */
public final class Sampler implements AutoCloseable {
    /** Largest error: centred binomial with parameter eta, standard deviation sqrt(eta / 2) = 3.24. */
    public static final int ETA = ResidueArithmetic.BINOMIAL_BOUND;
    /** Bits of a piece of flooding noise but the last: a {@code long} that is not negative. */
    public static final int PIECE_BITS = Long.SIZE - 1;

    private static final int BLOCK_BYTES = 1 << 15;

    private final Prg prg;
    private final ResidueArithmetic residues;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final LongBuffer words =
            ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();

    public Sampler(Prg prg, KernelProvider kernels) {
        this.prg = prg;
        this.residues = kernels.residues();
    }

    /** The public uniform polynomial of a seed, written to {@code rows}. */
    static void expand(RnsRing ring, byte[] seed, double[] rows) {
        try (Seed whole = Seed.of(seed);
                Prg stream = whole.generator("lattice", "uniform polynomial");
                Sampler sampler = new Sampler(stream, ring.kernels())) {
            sampler.uniform(ring, rows);
        }
    }

    /** The public uniform polynomial of a seed, by its values. */
    public static PolynomialEvaluation expand(RnsRing ring, byte[] seed) {
        double[] rows = ring.zero();
        expand(ring, seed, rows);
        return new PolynomialEvaluation(ring, rows);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        prg.fill(bytes, 0, count);
        return bytes;
    }

    /** Uniform residues. A function of the stream alone: both ends of a seed draw the same. */
    void uniform(RnsRing ring, double[] rows) {
        int most = BLOCK_BYTES / ResidueArithmetic.WORD_BYTES;
        for (int limb = 0; limb < ring.limbs(); limb++) {
            NttPrime prime = ring.prime(limb);
            int end = (limb + 1) * ring.degree();
            for (int at = limb * ring.degree(); at < end; ) {
                int candidates = Math.min(most, end - at);
                prg.fill(block, 0, candidates * ResidueArithmetic.WORD_BYTES);
                at += residues.uniform(prime, block, 0, rows, at, candidates);
            }
        }
    }

    /** Uniform in -1, 0, 1. */
    public double[] ternary(int count) {
        double[] values = new double[count];
        int most = BLOCK_BYTES / ResidueArithmetic.TERNARY_BYTES;
        for (int at = 0; at < count; ) {
            int candidates = Math.min(most, count - at);
            prg.fill(block, 0, candidates * ResidueArithmetic.TERNARY_BYTES);
            at += residues.ternary(block, 0, values, at, candidates);
        }
        return values;
    }

    /** Centred binomial. */
    public double[] binomial(int count) {
        double[] values = new double[count];
        int most = BLOCK_BYTES / ResidueArithmetic.WORD_BYTES;
        for (int at = 0; at < count; at += most) {
            int part = Math.min(most, count - at);
            prg.fill(block, 0, part * ResidueArithmetic.WORD_BYTES);
            residues.centredBinomial(block, 0, values, at, part);
        }
        return values;
    }

    /** Uniform integers in -2^bits .. 2^bits - 1, in pieces: the sum over j of result[j][i] 2^({@value #PIECE_BITS} j). */
    public long[][] flood(int bits, int count) {
        int pieces = bits / PIECE_BITS + 1;
        long[][] values = new long[pieces][count];
        int most = BLOCK_BYTES / Long.BYTES;
        int topShift = Long.SIZE - 1 - bits % PIECE_BITS;
        for (int j = 0; j < pieces; j++) {
            boolean top = j == pieces - 1;
            for (int at = 0; at < count; at += most) {
                int part = Math.min(most, count - at);
                prg.fill(block, 0, part * Long.BYTES);
                words.clear().get(values[j], at, part);
            }
            for (int i = 0; i < count; i++) {
                values[j][i] = top ? values[j][i] >> topShift : values[j][i] >>> 1;
            }
        }
        return values;
    }

    /** Overwrites what was drawn last. */
    @Override
    public void close() {
        Arrays.fill(block, (byte) 0);
    }
}
