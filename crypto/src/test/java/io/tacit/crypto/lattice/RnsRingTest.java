package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** The ring against big integers. */
class RnsRingTest {
    private static final int DEGREE = 4096;
    private final RnsRing ring = new LatticeParameters(
                    SecurityLevel.STANDARD, DEGREE, io.tacit.kernel.NttPrime.below(33, DEGREE, 3), 20)
            .ring();
    private final Prg prg = Party.seed(1).generator("ring test");

    /** The integer of least absolute value that residues stand for. */
    private BigInteger value(double[] rows, int at, int stride) {
        BigInteger sum = BigInteger.ZERO;
        for (int limb = 0; limb < ring.limbs(); limb++) {
            BigInteger p = BigInteger.valueOf(ring.prime(limb).value());
            BigInteger rest = ring.modulus().divide(p);
            sum = sum.add(BigInteger.valueOf((long) rows[at + limb * stride])
                    .multiply(rest)
                    .multiply(rest.modInverse(p)));
        }
        BigInteger residue = sum.mod(ring.modulus());
        return residue.shiftLeft(1).compareTo(ring.modulus()) > 0 ? residue.subtract(ring.modulus()) : residue;
    }

    @Test
    void productsAreNegacyclic() {
        long[] a = new long[DEGREE];
        long[] b = new long[DEGREE];
        for (int i = 0; i < DEGREE; i++) {
            a[i] = prg.nextLong() >> 38; // 26 and 24 bits: sums of 4096 products fit a long
            b[i] = prg.nextLong() >> 40;
        }
        long[] expected = new long[DEGREE];
        Schoolbook.multiplyAdd(a, b, expected);
        double[] left = ring.zero();
        double[] right = ring.zero();
        ring.fromSigned(a, left);
        ring.fromSigned(b, right);
        PolynomialEvaluation sum = PolynomialEvaluation.zero(ring);
        sum.addProduct(
                new PolynomialCoefficients(ring, left).toEvaluation(),
                new PolynomialCoefficients(ring, right).toEvaluation());
        sum.reduce();
        double[] rows = sum.toCoefficients().rows;
        for (int i = 0; i < DEGREE; i++) {
            assertThat(value(rows, i, DEGREE)).isEqualTo(BigInteger.valueOf(expected[i]));
        }
    }

    @Test
    void widePiecesAddUp() {
        int count = 257;
        for (int bits : new int[] {50, 62, 63, 90}) {
            try (Sampler sampler = new Sampler(prg, ring.kernels())) {
                long[][] pieces = sampler.flood(bits, count);
                double[] rows = new double[ring.limbs() * count];
                java.util.Arrays.fill(rows, 5);
                ring.addWide(pieces, Sampler.PIECE_BITS, count, rows, new double[count]);
                for (int i = 0; i < count; i++) {
                    BigInteger expected = BigInteger.valueOf(5);
                    for (int j = 0; j < pieces.length; j++) {
                        expected = expected.add(BigInteger.valueOf(pieces[j][i]).shiftLeft(Sampler.PIECE_BITS * j));
                    }
                    assertThat(value(rows, i, count)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void encodingIsOfCanonicalResidues() {
        double[] rows = ring.zero();
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            sampler.uniform(ring, rows);
        }
        for (int limb = 0; limb < ring.limbs(); limb++) {
            rows[limb * DEGREE] = ring.prime(limb).half();
            rows[limb * DEGREE + 1] = -ring.prime(limb).half();
            rows[limb * DEGREE + 2] = 0;
            rows[limb * DEGREE + 3] = -1;
        }
        byte[] bytes = new byte[ring.polynomialBytes()];
        ring.encode(rows, bytes, 0);
        long[] residues = new long[DEGREE];
        BitFields.unpack(bytes, 0, DEGREE, 33, residues);
        long p = ring.prime(0).value();
        assertThat(residues).startsWith(p / 2, p / 2 + 1, 0, p - 1);
        double[] back = ring.zero();
        assertThat(ring.decode(bytes, 0, back)).isTrue();
        assertThat(back).isEqualTo(rows);
    }
}
