package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.NoiseBound;
import io.tacit.crypto.lattice.ParameterChoice;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.kernel.NttPrime;
import java.util.Optional;

/**
 * Parameters for sums of products of one shape under a collective key, with the proof that they decrypt. Every share of a
 * key switch but the receiver's own carries smudging noise, uniform in -2^smudgeBits .. 2^smudgeBits - 1, at least
 * 2^(statisticalBits - 1) times the {@link NoiseBound} of the summed ciphertext: what a coalition without one party sees
 * is then 2^-statisticalBits from a simulation that knows the wanted sums alone. The whole noise, with n - 1 such shares,
 * stays below q / 2^(l + 1).
 *
 * <p>Security guarantee: parameters come from {@link LatticeParameters}, so within the level; smudging never has fewer
 * than {@value ParameterChoice#MIN_STATISTICAL_BITS} bits, but with {@link Smudging#NONE}.
 */
public final class CollectiveChoice {
    /** A modulus larger by so many bits leaves the noise less than 2^-12 of the room: if it fails, every one does. */
    private static final int SPARE_BITS = 12;
    /** Decryption is exact below q / 2^(l + 1) less this part of it. */
    private static final double EXACT = 1 - 0x1p-40;

    private final LatticeParameters parameters;
    private final int parties;
    private final NoiseBound noise;
    private final Smudging smudging;

    private CollectiveChoice(LatticeParameters parameters, int parties, NoiseBound noise, Smudging smudging) {
        this.parameters = parameters;
        this.parties = parties;
        this.noise = noise;
        this.smudging = smudging;
    }

    /** Degree, modulus and plaintext bits. */
    public LatticeParameters parameters() {
        return parameters;
    }

    /** n. */
    public int parties() {
        return parties;
    }

    /** Bound of the summed ciphertext's noise, before any share is added. */
    public NoiseBound noise() {
        return noise;
    }

    /** How shares of key switches hide the noise. */
    public Smudging smudging() {
        return smudging;
    }

    /** Whether shares of key switches are smudged. */
    public boolean isSmudged() {
        return smudging.statisticalBits().isPresent();
    }

    /** Logarithm of the smudging noise of a share. @throws IllegalStateException if there is none */
    public int smudgeBits() {
        int statisticalBits =
                smudging.statisticalBits().orElseThrow(() -> new IllegalStateException("shares are not smudged"));
        return ParameterChoice.floodBits(noise, statisticalBits);
    }

    private boolean decrypts() {
        double share = isSmudged() ? Math.scalb(1.0, smudgeBits()) : Sampler.ETA;
        double whole = noise.magnitude() + (parties - 1) * share;
        return whole < Math.scalb(parameters.modulus().doubleValue(), -parameters.plaintextBits() - 1) * EXACT;
    }

    /**
     * The choice with those parameters; empty if they do not decrypt.
     *
     * @param parties n, 2 or more
     * @param terms coefficients that may be other than zero, of all multiplicands that one party sums into one result
     */
    public static Optional<CollectiveChoice> within(
            LatticeParameters parameters, int parties, long terms, Smudging smudging) {
        NoiseBound noise = noise(parameters.degree(), parameters.plaintextBits(), parties, terms, smudging);
        CollectiveChoice choice = new CollectiveChoice(parameters, parties, noise, smudging);
        return choice.decrypts() ? Optional.of(choice) : Optional.empty();
    }

    private static NoiseBound noise(int degree, int plaintextBits, int parties, long terms, Smudging smudging) {
        int failureBits =
                ParameterChoice.failureBits(smudging.statisticalBits().orElse(ParameterChoice.MIN_STATISTICAL_BITS));
        return NoiseBound.ofCollectiveProducts(degree, plaintextBits, terms, parties, failureBits);
    }

    /**
     * The parameters of that degree with the smallest modulus that decrypts; empty if the level has no modulus large
     * enough.
     */
    public static Optional<CollectiveChoice> atDegree(
            SecurityLevel level, int degree, int plaintextBits, int parties, long terms, Smudging smudging) {
        if (plaintextBits > LatticeParameters.MAX_PLAINTEXT_BITS) {
            return Optional.empty();
        }
        NoiseBound noise = noise(degree, plaintextBits, parties, terms, smudging);
        int least =
                Math.getExponent(noise.magnitude()) + smudging.statisticalBits().orElse(0) + plaintextBits + 1;
        int most = Math.min(level.maxModulusBits(degree), least + SPARE_BITS);
        for (int bits = least; bits <= most; bits++) {
            int limbs = (bits + NttPrime.MAX_BITS - 1) / NttPrime.MAX_BITS;
            if (bits / limbs < LatticeParameters.MIN_PRIME_BITS) {
                continue;
            }
            var choice =
                    within(LatticeParameters.of(level, degree, limbs, bits, plaintextBits), parties, terms, smudging);
            if (choice.isPresent()) {
                return choice;
            }
        }
        return Optional.empty();
    }
}
