package io.tacit.crypto.lattice;

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
    /** Largest error of a rounding beyond 1/2: {@link RnsRing#round} in doubles. */
    static final double ROUNDING_SLACK = 0x1p-10;
    /** Remainders modulo 2^w fit a {@code long}. */
    private static final int MAX_MASK_BITS = Long.SIZE;

    private final LatticeParameters parameters;
    private final long terms;
    private final int floodBits;
    private final int maskBits;
    private final int valueBits;
    private final int wanted;

    private ReturnFormat(
            LatticeParameters parameters, long terms, int floodBits, int maskBits, int valueBits, int wanted) {
        this.parameters = parameters;
        this.terms = terms;
        this.floodBits = floodBits;
        this.maskBits = maskBits;
        this.valueBits = valueBits;
        this.wanted = wanted;
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
        ReturnFormat best = null;
        for (int mask = plaintextBits + 1; mask <= MAX_MASK_BITS; mask++) {
            for (int value = plaintextBits; value <= mask; value++) {
                double total = (Math.scalb(flooded, mask) + key + Math.scalb(0.5 + ROUNDING_SLACK, mask - value))
                        * NoiseBound.UPWARDS;
                if (total < Math.scalb(1.0, mask - plaintextBits - 1)) {
                    var format = new ReturnFormat(parameters, noise.terms(), floodBits, mask, value, wanted);
                    if (best == null || format.bytes() < best.bytes()) {
                        best = format;
                    }
                    break;
                }
            }
        }
        return Optional.ofNullable(best);
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
