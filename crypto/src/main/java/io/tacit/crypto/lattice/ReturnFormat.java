package io.tacit.crypto.lattice;

import io.tacit.kernel.RnsScale;
import java.util.Optional;

/**
 * What of a returned ciphertext travels, and how finely: c1 whole, rounded to multiples of q / 2^maskBits, and the wanted
 * coefficients of c0, rounded to multiples of q / 2^valueBits. Rounding is a public function of the flooded ciphertext:
 * it tells the key holder nothing new.
 *
 * <p>It decrypts: with w = maskBits, v = valueBits, the key holder computes 2^(w-v) c0' + c1' s modulo 2^w, which is
 * 2^w m / 2^l plus 2^w / q times the flooded noise, plus at most 2^(w-v) / 2 for c0, plus r s for the rounding r of c1.
 * c1 is indistinguishable from uniform, so the coefficients of r are independent, centred and at most 1/2, and s is
 * ternary: N terms by Hoeffding's inequality. The sum must stay below 2^(w-l-1).
 */
public final class ReturnFormat {
    /** More than the error of a rounding beyond 1/2, see {@link io.tacit.kernel.RnsArithmetic#decode}. */
    private static final double ROUNDING_SLACK = 0x1p-40;

    private final LatticeParameters parameters;
    private final long terms;
    private final int floodBits;
    private final int maskBits;
    private final int valueBits;
    private final int wanted;
    private final RnsScale maskScale;
    private final RnsScale valueScale;

    private ReturnFormat(
            LatticeParameters parameters, long terms, int floodBits, int maskBits, int valueBits, int wanted) {
        this.parameters = parameters;
        this.terms = terms;
        this.floodBits = floodBits;
        this.maskBits = maskBits;
        this.valueBits = valueBits;
        this.wanted = wanted;
        this.maskScale = parameters.ring().scale(maskBits);
        this.valueScale = parameters.ring().scale(valueBits);
    }

    static Optional<ReturnFormat> narrowest(LatticeParameters parameters, NoiseBound noise, int floodBits, int wanted) {
        if (wanted < 1 || wanted > parameters.degree()) {
            throw new IllegalArgumentException(wanted + " wanted coefficients");
        }
        int plaintextBits = parameters.plaintextBits();
        // Flooded noise, and the rounding of the summand, as fractions of q.
        double flooded = (Math.scalb(1.0, floodBits) + noise.magnitude() + 0.5)
                / parameters.modulus().doubleValue()
                * NoiseBound.UPWARDS;
        double key = NoiseBound.boundedSum(parameters.degree(), 0.5 + ROUNDING_SLACK, noise.failureBits())
                + parameters.degree() * ROUNDING_SLACK;
        long fewest = Long.MAX_VALUE;
        int bestMask = 0;
        int bestValue = 0;
        for (int mask = plaintextBits + 1; mask <= RnsScale.MAX_RING_BITS; mask++) {
            for (int value = plaintextBits; value <= mask; value++) {
                double total = (Math.scalb(flooded, mask) + key + Math.scalb(0.5 + ROUNDING_SLACK, mask - value))
                        * NoiseBound.UPWARDS;
                if (total < Math.scalb(1.0, mask - plaintextBits - 1)) {
                    long bits = (long) parameters.degree() * mask + (long) wanted * value;
                    if (bits < fewest) {
                        fewest = bits;
                        bestMask = mask;
                        bestValue = value;
                    }
                    break;
                }
            }
        }
        return bestMask == 0
                ? Optional.empty()
                : Optional.of(new ReturnFormat(parameters, noise.terms(), floodBits, bestMask, bestValue, wanted));
    }

    /** Parameters of the ciphertext that is returned. */
    public LatticeParameters parameters() {
        return parameters;
    }

    /** Most non-zero coefficients of multiplicands that the proof allows. */
    public long terms() {
        return terms;
    }

    /** Logarithm of the flooding noise. */
    public int floodBits() {
        return floodBits;
    }

    /** w: bits of each coefficient of c1. */
    public int maskBits() {
        return maskBits;
    }

    /** v: bits of each wanted coefficient of c0. */
    public int valueBits() {
        return valueBits;
    }

    /** @throws IllegalArgumentException if these are not as many different indices as the format has, increasing */
    void requireWanted(int[] indices) {
        if (indices.length != wanted) {
            throw new IllegalArgumentException(indices.length + " wanted coefficients, not " + wanted);
        }
        int previous = -1;
        for (int index : indices) {
            if (index <= previous || index >= parameters.degree()) {
                throw new IllegalArgumentException("wanted coefficients are not increasing within the degree");
            }
            previous = index;
        }
    }

    RnsScale maskScale() {
        return maskScale;
    }

    RnsScale valueScale() {
        return valueScale;
    }

    /** Coefficients of c0 that travel. */
    public int wanted() {
        return wanted;
    }

    /** Bytes of one encoded ciphertext. */
    public int bytes() {
        return RnsRing.FINGERPRINT_BYTES
                + BitFields.bytes(parameters.degree(), maskBits)
                + BitFields.bytes(wanted, valueBits);
    }
}
