package io.tacit.kernel.plain;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsArithmetic;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;

/** Changes of modulus value by value. */
public class PlainRns implements RnsArithmetic {

    /** Remainders are cut here, so that both parts are doubles for every ring. */
    private static final int LOW_BITS = 26;

    private static final long LOW_HALF = 1L << (LOW_BITS - 1);

    @Override
    public void encode(
            RnsScale scale,
            long[] integers,
            int integersOffset,
            double[] residues,
            int offset,
            int stride,
            int length) {
        for (int limb = 0; limb < scale.basis().size(); limb++) {
            encodeLimb(scale, limb, integers, integersOffset, residues, offset + limb * stride, length);
        }
    }

    /** The residues of one prime. */
    private static void encodeLimb(
            RnsScale scale, int limb, long[] integers, int integersOffset, double[] residues, int offset, int length) {
        NttPrime prime = scale.basis().prime(limb);
        double p = prime.value();
        double inverse = prime.inverse();
        double factor = scale.encodeFactor(limb);
        double ratio = factor / p;
        double highFactor = Centred.reduce(
                Centred.product(Centred.reduce(1L << LOW_BITS, p, inverse), factor, ratio, p), p, inverse);
        double highRatio = highFactor / p;
        long modulus = scale.basis().modulus().longValue();
        long half = 1L << (scale.ringBits() - 1);
        long mask = 2 * half - 1;
        for (int i = 0; i < length; i++) {
            long shift = half - ((modulus * integers[integersOffset + i] + half) & mask);
            long high = (shift + LOW_HALF) >> LOW_BITS;
            double low = shift - (high << LOW_BITS);
            double sum = Centred.product(high, highFactor, highRatio, p) + Centred.product(low, factor, ratio, p);
            residues[offset + i] = Centred.reduce(sum, p, inverse);
        }
    }

    @Override
    public void decode(
            RnsScale scale,
            double[] residues,
            int offset,
            int stride,
            long[] integers,
            int integersOffset,
            int length) {
        long mask = (1L << scale.ringBits()) - 1;
        int limbs = scale.basis().size();
        double[] factors = new double[limbs];
        double[] ratios = new double[limbs];
        double[] primes = new double[limbs];
        double[] inverses = new double[limbs];
        long[] minusInverses = new long[limbs];
        for (int limb = 0; limb < limbs; limb++) {
            primes[limb] = scale.basis().prime(limb).value();
            inverses[limb] = scale.basis().prime(limb).inverse();
            factors[limb] = scale.decodeFactor(limb);
            ratios[limb] = factors[limb] / primes[limb];
            minusInverses[limb] = scale.minusInverse(limb);
        }
        for (int i = 0; i < length; i++) {
            long whole = 0;
            double fraction = 0;
            for (int limb = 0; limb < limbs; limb++) {
                double p = primes[limb];
                double inverse = inverses[limb];
                double product = Centred.product(residues[offset + limb * stride + i], factors[limb], ratios[limb], p);
                double z = Centred.reduce(product, p, inverse);
                whole += (long) z * minusInverses[limb];
                fraction += z * inverse;
            }
            double rounded = fraction + Centred.SHIFTER - Centred.SHIFTER;
            integers[integersOffset + i] = (whole + (long) rounded) & mask;
        }
    }

    @Override
    public void dropLast(RnsBasis basis, double[] residues, int offset, int stride, int length) {
        int last = offset + (basis.size() - 1) * stride;
        for (int limb = 0; limb < basis.size() - 1; limb++) {
            dropLastLimb(basis, limb, residues, offset + limb * stride, last, length);
        }
    }

    /** {@code (x - last) / dropped} modulo one prime. */
    private static void dropLastLimb(
            RnsBasis basis, int limb, double[] residues, int offset, int lastOffset, int length) {
        double p = basis.prime(limb).value();
        double inverse = basis.prime(limb).inverse();
        double factor = basis.dropFactor(limb);
        double ratio = factor / p;
        for (int i = 0; i < length; i++) {
            double difference = residues[offset + i] - residues[lastOffset + i];
            residues[offset + i] = Centred.reduce(Centred.product(difference, factor, ratio, p), p, inverse);
        }
    }
}
