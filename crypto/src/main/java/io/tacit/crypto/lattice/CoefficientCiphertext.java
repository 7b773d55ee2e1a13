package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.RnsBasis;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * A BGV ciphertext by its coefficients, on its way to a lower level: scaled, masked, flooded in place, and switched. It
 * stands in arrays of the {@link ProductSums} it was taken from. Not thread-safe.
 */
public final class CoefficientCiphertext {
    private BgvLevel level;
    final double[] body;
    final double[] mask;

    /** @param body rows of the level's primes, and perhaps more */
    CoefficientCiphertext(BgvLevel level, double[] body, double[] mask) {
        this.level = level;
        this.body = body;
        this.mask = mask;
    }

    public BgvLevel level() {
        return level;
    }

    /** Multiplies by an integer. */
    public void scale(long factor) {
        double[] factors = level.ring().residues(BigInteger.valueOf(factor));
        level.ring().scale(factors, body);
        level.ring().scale(factors, mask);
    }

    /**
     * Adds a vector of slots to the plaintext.
     *
     * @param values N centred residues of t; overwritten
     */
    public void addSlots(SlotEncoding encoding, double[] values) {
        encoding.toCoefficients(values);
        double[] rows = level.ring().zero();
        level.encode(values, rows);
        level.ring().add(body, rows);
        Arrays.fill(values, 0);
        Arrays.fill(rows, 0);
    }

    /**
     * Hides the noise from the holder of the secret key: adds the errors of an encryption of zero that is in the sum already,
     * and uniform integers of -2^floodBits .. 2^floodBits - 1, times t.
     */
    public void flood(FreshZero zero, int floodBits, Prg prg) {
        RnsRing ring = level.ring();
        zero.addErrors(new PolynomialCoefficients(ring, mask));
        zero.close();
        double[] scratch = new double[ring.degree()];
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            long[][] noise = sampler.flood(floodBits, ring.degree());
            ring.addWide(noise, Sampler.PIECE_BITS, ring.degree(), body, scratch);
            for (long[] piece : noise) {
                Arrays.fill(piece, 0);
            }
        }
        Arrays.fill(scratch, 0);
    }

    /**
     * Switches to a lower level. The plaintext is divided by the primes that go, modulo t, see
     * {@link BgvParameters#dropped}.
     */
    public void switchTo(BgvLevel target) {
        if (target.limbs() > level.limbs()
                || !target.primes().equals(level.primes().subList(0, target.limbs()))
                || !target.plaintextPrime().equals(level.plaintextPrime())) {
            throw new IllegalArgumentException("from " + level + " to " + target);
        }
        int degree = level.degree();
        RnsBasis basis = level.ring().basis();
        for (int limbs = level.limbs(); limbs > target.limbs(); limbs--) {
            level.ring().kernels().rns().dropLast(basis, body, 0, degree, degree);
            level.ring().kernels().rns().dropLast(basis, mask, 0, degree, degree);
            basis = basis.withoutLast();
        }
        level = target;
    }

    /** A ciphertext to compute with, in arrays of its own. */
    public Ciphertext toEvaluation() {
        int length = level.limbs() * level.degree();
        return new Ciphertext(
                level,
                new PolynomialCoefficients(level.ring(), Arrays.copyOf(body, length)).toEvaluation(),
                new PolynomialCoefficients(level.ring(), Arrays.copyOf(mask, length)).toEvaluation());
    }

    /** A ciphertext to send, in arrays of its own. */
    public SwitchedCiphertext toSend() {
        int length = level.limbs() * level.degree();
        return new SwitchedCiphertext(level, Arrays.copyOf(body, length), Arrays.copyOf(mask, length));
    }
}
