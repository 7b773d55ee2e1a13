package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.util.Optional;

/**
 * Parameters for sums of products of one shape, with the proof that they decrypt. The returned ciphertext is flooded with
 * uniform noise of -2^floodBits .. 2^floodBits - 1, at least 2^(statisticalBits - 1) times the {@link NoiseBound}: with any
 * noise within the bound its distribution is 2^-statisticalBits from that of a simulator who adds the flood to no noise.
 *
 * <p>Security guarantee: parameters come from {@link LatticeParameters}, so within the level; flooding never has fewer
 * than {@value #MIN_STATISTICAL_BITS} bits.
 */
public final class ParameterChoice {
    /** A modulus larger by so many bits leaves the flooded noise less than 2^-12 of the room: if it fails, every one does. */
    private static final int SPARE_BITS = 12;
    /** Statistical security of one query. */
    public static final int MIN_STATISTICAL_BITS = 40;
    /** More than any query has values: 2^40. */
    public static final int MAX_STATISTICAL_BITS = 80;
    /** A query fails to decrypt with a probability below 2^-64. */
    private static final int QUERY_FAILURE_BITS = 64;
    /** Noise, public-key zero and rounding each may fail, on both sides of zero: within two bits. */
    private static final int EVENT_BITS = 2;

    private final LatticeParameters parameters;
    private final NoiseBound noise;
    private final int statisticalBits;

    private ParameterChoice(LatticeParameters parameters, NoiseBound noise, int statisticalBits) {
        this.parameters = parameters;
        this.noise = noise;
        this.statisticalBits = statisticalBits;
    }

    /** Degree, modulus and plaintext bits. */
    public LatticeParameters parameters() {
        return parameters;
    }

    /** Bound before flooding. */
    public NoiseBound noise() {
        return noise;
    }

    /** Sigma': 40 and the logarithm of the number of values flooded in a query, rounded up. */
    public int statisticalBits() {
        return statisticalBits;
    }

    /** Logarithm of the flooding noise. */
    public int floodBits() {
        return floodBits(noise, statisticalBits);
    }

    /** Logarithm of noise that hides any within the bound, to 2^-statisticalBits. */
    public static int floodBits(NoiseBound noise, int statisticalBits) {
        return Math.getExponent(noise.magnitude()) + 1 + statisticalBits - 1;
    }

    /** The format with the fewest bytes for ciphertexts of which {@code wanted} coefficients, 1 to N, are returned. */
    public ReturnFormat returning(int wanted) {
        return ReturnFormat.narrowest(parameters, noise, floodBits(), wanted).orElseThrow();
    }

    /** @throws IllegalArgumentException if sigma' is not within its limits */
    public static void requireStatisticalBits(int bits) {
        if (bits < MIN_STATISTICAL_BITS || bits > MAX_STATISTICAL_BITS) {
            throw new IllegalArgumentException("statistical security of " + bits + " bits, not of "
                    + MIN_STATISTICAL_BITS + " to " + MAX_STATISTICAL_BITS);
        }
    }

    /** Bits of the failure probability of one coefficient, so that all of a query fail with less than 2^-64. */
    public static int failureBits(int statisticalBits) {
        return QUERY_FAILURE_BITS + statisticalBits - MIN_STATISTICAL_BITS + EVENT_BITS;
    }

    /**
     * The choice with those parameters, such as the ones that a wider layer of the same network needs; empty if they do
     * not decrypt.
     *
     * @param terms non-zero coefficients of all multiplicands that are summed into one result
     * @param statisticalBits sigma', 40 to 80
     */
    public static Optional<ParameterChoice> within(LatticeParameters parameters, long terms, int statisticalBits) {
        requireStatisticalBits(statisticalBits);
        NoiseBound noise = NoiseBound.ofProducts(
                parameters.degree(), parameters.plaintextBits(), terms, failureBits(statisticalBits));
        return ReturnFormat.narrowest(parameters, noise, floodBits(noise, statisticalBits), 1)
                .map(format -> new ParameterChoice(parameters, noise, statisticalBits));
    }

    /**
     * The parameters of that degree with the smallest modulus that decrypts, in as few primes as hold it; empty if the level has no
     * modulus large enough.
     *
     * @param plaintextBits l, 1 or more
     * @param terms non-zero coefficients of all multiplicands that are summed into one result
     * @param statisticalBits sigma', 40 to 80
     */
    public static Optional<ParameterChoice> atDegree(
            SecurityLevel level, int degree, int plaintextBits, long terms, int statisticalBits) {
        requireStatisticalBits(statisticalBits);
        if (plaintextBits > LatticeParameters.MAX_PLAINTEXT_BITS) {
            return Optional.empty();
        }
        NoiseBound noise = NoiseBound.ofProducts(degree, plaintextBits, terms, failureBits(statisticalBits));
        int most = level.maxModulusBits(degree);
        // The modulus is above 2^(l+1) times the flooded noise, whatever the format.
        int least = floodBits(noise, statisticalBits) + plaintextBits + 1;
        for (int bits = least; bits <= Math.min(most, least + SPARE_BITS); bits++) {
            int limbs = (bits + NttPrime.MAX_BITS - 1) / NttPrime.MAX_BITS;
            if (bits / limbs < LatticeParameters.MIN_PRIME_BITS) {
                continue;
            }
            var choice =
                    within(LatticeParameters.of(level, degree, limbs, bits, plaintextBits), terms, statisticalBits);
            if (choice.isPresent()) {
                return choice;
            }
        }
        return Optional.empty();
    }

    /**
     * The choice of the smallest degree that has one.
     *
     * @param what the layer, for the message
     * @throws IllegalArgumentException if none has; the message names the plaintext width and the modulus, and their limits
     */
    public static ParameterChoice smallest(
            SecurityLevel level, int plaintextBits, long terms, int statisticalBits, String what) {
        for (int degree = LatticeParameters.MIN_DEGREE; degree <= LatticeParameters.MAX_DEGREE; degree *= 2) {
            var choice = atDegree(level, degree, plaintextBits, terms, statisticalBits);
            if (choice.isPresent()) {
                return choice.get();
            }
        }
        throw new IllegalArgumentException(what + " needs a ring of " + plaintextBits
                + " bits and sums of " + terms + " products; the lattice carries rings of at most "
                + largestPlaintextBits(level, LatticeParameters.MAX_DEGREE, terms, statisticalBits)
                + " bits for such sums (a modulus of "
                + level.maxModulusBits(LatticeParameters.MAX_DEGREE) + " bits, degree " + LatticeParameters.MAX_DEGREE
                + "), shares rings of at most 62");
    }

    /** The widest plaintexts that parameters of that degree carry for such sums; 0 if they carry none. */
    public static int largestPlaintextBits(SecurityLevel level, int degree, long terms, int statisticalBits) {
        for (int bits = LatticeParameters.MAX_PLAINTEXT_BITS; bits >= 1; bits--) {
            if (atDegree(level, degree, bits, terms, statisticalBits).isPresent()) {
                return bits;
            }
        }
        return 0;
    }
}
