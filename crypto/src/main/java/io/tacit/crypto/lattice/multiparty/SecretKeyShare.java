package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialCoefficients;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One party's share s_j of a collective secret key s = s_1 + ... + s_n: uniform coefficients in -1, 0, 1. Everything that
 * a party ever makes with it is a function of one seed, so that whoever keeps the seed makes the same shares again, to
 * the bit, and never others for the same thing.
 *
 * <p>Security guarantee: nothing shows it; {@link #close} overwrites it, after which every use throws {@link
 * IllegalStateException}. It serves all parameters of its ring, whatever their plaintext bits. Thread-safe until closed.
 */
public final class SecretKeyShare implements AutoCloseable {
    private final LatticeParameters parameters;
    private final Seed seed;
    private final PolynomialEvaluation key;
    private volatile boolean closed;

    private SecretKeyShare(LatticeParameters parameters, Seed seed, PolynomialEvaluation key) {
        this.parameters = parameters;
        this.seed = seed;
        this.key = key;
    }

    /**
     * The share of a seed.
     *
     * @param seed uniform and secret, for one group of parties and nothing else; this object keeps a copy of its own
     */
    public static SecretKeyShare of(LatticeParameters parameters, Seed seed) {
        Seed own = seed.derive("multiparty", "key share");
        RnsRing ring = parameters.ring();
        try (Prg prg = own.generator("multiparty", "secret");
                Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] ternary = sampler.ternary(ring.degree());
            SecretKeyShare share = new SecretKeyShare(parameters, own, evaluation(ring, ternary));
            Arrays.fill(ternary, 0);
            return share;
        }
    }

    /** The polynomial with those coefficients, which are centred residues of every prime. */
    static PolynomialEvaluation evaluation(RnsRing ring, double[] small) {
        double[] rows = ring.zero();
        ring.setSmall(small, rows);
        return new PolynomialCoefficients(ring, rows).toEvaluation();
    }

    /** Parameters that the key was made for. */
    public LatticeParameters parameters() {
        return parameters;
    }

    PolynomialEvaluation key() {
        requireOpen();
        return key;
    }

    /** The only generator for what this party adds to its share of something public. */
    Prg noise(String purpose, byte[] of) {
        requireOpen();
        return seed.generator("multiparty", purpose, HexFormat.of().formatHex(of));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the key share has been wiped");
        }
    }

    /** Overwrites it. Repeated calls do nothing. */
    @Override
    public void close() {
        closed = true;
        key.close();
        seed.close();
    }
}
