package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The distributions of the scheme, exactly, from a generator in bulk. Neither branches nor addresses depend on what is
 * kept; only rejected candidates are told apart. Not thread-safe.
 */
final class Sampler implements AutoCloseable {
    /** Parameter of the centred binomial distribution: standard deviation sqrt(21 / 2) = 3.24. */
    static final int ETA = 21;
    /** Bits of a piece of flooding noise. */
    static final int CHUNK_BITS = 48;

    private static final int BLOCK_LONGS = 1 << 12;
    private static final int TRITS = 5;
    private static final int TRIT_BYTES = 243;

    private final Prg prg;
    private final byte[] block = new byte[BLOCK_LONGS * Long.BYTES];
    private final LongBuffer words =
            ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    private final long[] longs = new long[BLOCK_LONGS];

    Sampler(Prg prg) {
        this.prg = prg;
    }

    /** The public uniform polynomial of a seed. */
    static PolynomialEvaluation expand(RnsRing ring, byte[] seed) {
        try (Seed whole = Seed.of(seed);
                Prg stream = whole.generator("lattice", "uniform polynomial");
                Sampler sampler = new Sampler(stream)) {
            return sampler.uniform(ring);
        }
    }

    private void draw(int count) {
        prg.fill(block, 0, count * Long.BYTES);
        words.clear().get(longs, 0, count);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        prg.fill(bytes, 0, count);
        return bytes;
    }

    /**
     * Uniform residues: the low bits of a word of the stream, less (p - 1) / 2; the few candidates that are no residues are
     * replaced, in order, by words drawn after those of the row.
     */
    PolynomialEvaluation uniform(RnsRing ring) {
        PolynomialEvaluation polynomial = PolynomialEvaluation.zero(ring);
        for (int limb = 0; limb < ring.limbs(); limb++) {
            int from = limb * ring.degree();
            long prime = ring.prime(limb);
            long mask = (1L << ring.residueBits(limb)) - 1;
            long outside = 0;
            for (int done = 0; done < ring.degree(); done += BLOCK_LONGS) {
                int part = Math.min(BLOCK_LONGS, ring.degree() - done);
                draw(part);
                outside |= residues(part, mask, prime, polynomial.rows, from + done);
            }
            if (outside < 0) {
                replace(polynomial.rows, from, ring.degree(), mask, prime);
            }
        }
        return polynomial;
    }

    /** Negative if and only if some candidate is no residue. */
    private long residues(int count, long mask, long prime, double[] out, int at) {
        long half = prime / 2;
        long outside = 0;
        for (int i = 0; i < count; i++) {
            long candidate = longs[i] & mask;
            outside |= prime - 1 - candidate;
            out[at + i] = candidate - half;
        }
        return outside;
    }

    private void replace(double[] rows, int from, int count, long mask, long prime) {
        long half = prime / 2;
        for (int i = from; i < from + count; i++) {
            while (rows[i] > half) {
                rows[i] = (prg.nextLong() & mask) - half;
            }
        }
    }

    /** Uniform in -1, 0, 1: five from each byte below 3^5. */
    byte[] ternary(int count) {
        byte[] values = new byte[count];
        int done = 0;
        while (done < count) {
            int bytes = Math.min(block.length, (count - done) / TRITS + Long.BYTES);
            prg.fill(block, 0, bytes);
            for (int i = 0; i < bytes && done < count; i++) {
                int rest = block[i] & 0xFF;
                if (rest < TRIT_BYTES) {
                    for (int j = 0; j < TRITS && done < count; j++) {
                        int quotient = rest * 171 >>> 9; // rest / 3 for rest below 256
                        values[done++] = (byte) (rest - 3 * quotient - 1);
                        rest = quotient;
                    }
                }
            }
        }
        return values;
    }

    /** Centred binomial: the number of ones among 2 eta bits, less eta. */
    byte[] binomial(int count) {
        byte[] values = new byte[count];
        for (int done = 0; done < count; done += BLOCK_LONGS) {
            int part = Math.min(BLOCK_LONGS, count - done);
            draw(part);
            for (int i = 0; i < part; i++) {
                values[done + i] = (byte) (Long.bitCount(longs[i] >>> (Long.SIZE - 2 * ETA)) - ETA);
            }
        }
        return values;
    }

    /**
     * Uniform integers in -2^bits .. 2^bits - 1, in pieces: the sum over j of result[j][i] 2^({@value #CHUNK_BITS} j).
     */
    double[][] flood(int bits, int count) {
        int pieces = bits / CHUNK_BITS + 1;
        double[][] chunks = new double[pieces][count];
        int topShift = Long.SIZE - (bits + 1 - (pieces - 1) * CHUNK_BITS);
        for (int j = 0; j < pieces; j++) {
            for (int done = 0; done < count; done += BLOCK_LONGS) {
                int part = Math.min(BLOCK_LONGS, count - done);
                draw(part);
                for (int i = 0; i < part; i++) {
                    chunks[j][done + i] =
                            j == pieces - 1 ? longs[i] >> topShift : longs[i] >>> (Long.SIZE - CHUNK_BITS);
                }
            }
        }
        return chunks;
    }

    /** Overwrites what was drawn last. */
    @Override
    public void close() {
        Arrays.fill(block, (byte) 0);
        Arrays.fill(longs, 0);
    }
}
