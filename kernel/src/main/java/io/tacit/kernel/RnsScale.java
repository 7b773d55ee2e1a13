package io.tacit.kernel;

import java.math.BigInteger;

/**
 * Constants to go between integers modulo 2^l and their multiples by q / 2^l modulo q, the product of a residue number
 * system. Immutable.
 */
public final class RnsScale {
    public static final int MAX_RING_BITS = 62;

    private final RnsBasis basis;
    private final int ringBits;
    private final double[] encodeFactors;
    private final double[] decodeFactors;
    private final long[] minusInverses;

    /** @param ringBits l, from 1 to {@link #MAX_RING_BITS} */
    public RnsScale(RnsBasis basis, int ringBits) {
        if (ringBits < 1 || ringBits > MAX_RING_BITS) {
            throw new IllegalArgumentException("ringBits " + ringBits + " is not in 1.." + MAX_RING_BITS);
        }
        this.basis = basis;
        this.ringBits = ringBits;
        encodeFactors = new double[basis.size()];
        decodeFactors = new double[basis.size()];
        minusInverses = new long[basis.size()];
        BigInteger ring = BigInteger.ONE.shiftLeft(ringBits);
        BigInteger words = BigInteger.ONE.shiftLeft(Long.SIZE);
        for (int i = 0; i < basis.size(); i++) {
            NttPrime prime = basis.prime(i);
            BigInteger p = BigInteger.valueOf(prime.value());
            BigInteger others = basis.modulus().divide(p);
            encodeFactors[i] = prime.centred(ring.modInverse(p));
            decodeFactors[i] = prime.centred(ring.multiply(others.modInverse(p)));
            minusInverses[i] = p.modInverse(words).negate().longValue();
        }
    }

    /** The residue number system. */
    public RnsBasis basis() {
        return basis;
    }

    /** l. */
    public int ringBits() {
        return ringBits;
    }

    /** 2^-l modulo prime {@code limb}, centred. */
    public double encodeFactor(int limb) {
        return encodeFactors[limb];
    }

    /** 2^l (q / p)^-1 modulo p, prime {@code limb}, centred. */
    public double decodeFactor(int limb) {
        return decodeFactors[limb];
    }

    /** -1 / p modulo 2^64 for prime {@code limb}. */
    public long minusInverse(int limb) {
        return minusInverses[limb];
    }
}
