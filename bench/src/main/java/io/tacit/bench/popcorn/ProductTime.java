package io.tacit.bench.popcorn;

import io.tacit.bench.Median;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.stream.IntStream;

/** How long a product modulo N^2 takes on this machine now, in one thread: what plans make seconds of. */
public final class ProductTime {
    private static final int RESIDUES = 64;
    private static final int WARM_UP_CALLS = 2_000;
    private static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 120_000_000;

    private ProductTime() {}

    /** Seconds a product, the median of some rounds; takes some seconds. */
    public static double measure(KeyLength length) {
        Montgomery ring = Kernels.active()
                .montgomeryOfSquare(
                        BigInteger.ONE.shiftLeft(length.modulusBits()).subtract(BigInteger.ONE));
        long[] residues = new long[RESIDUES * ring.longs()];
        for (int i = 0; i < RESIDUES; i++) {
            ring.load(BigInteger.TWO.shiftLeft(2 * length.modulusBits() - 2 - i), residues, i);
        }
        int[] all = IntStream.range(0, RESIDUES).toArray();
        for (int call = 0; call < WARM_UP_CALLS; call++) { // until then it is interpreted, a thousand times slower
            ring.multiply(residues, all, residues, all, residues, all, ring.lanes());
        }
        double[] seconds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long products = 0;
            long start = System.nanoTime();
            long now;
            do {
                ring.multiply(residues, all, residues, all, residues, all, RESIDUES);
                products += RESIDUES;
                now = System.nanoTime();
            } while (now - start < ROUND_NANOS);
            seconds[round] = (now - start) / 1e9 / products;
        }
        return Median.of(seconds);
    }
}
