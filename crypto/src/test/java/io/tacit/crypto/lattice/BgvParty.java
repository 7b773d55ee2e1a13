package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/** A chain of primes at the degree of PrivDNN, keys for it, and what is made with them, from one test seed. */
final class BgvParty {
    static final int DEGREE = 1 << 14;

    final BgvParameters parameters;
    final Prg prg;
    final SecretKey secret;
    final PublicKey open;
    final RelinearizationKey relinearization;

    BgvParty(long number) {
        this(number, 2);
    }

    /** @param lowest primes at the lowest level that is computed at; there is one level above it, then the highest */
    BgvParty(long number, int lowest) {
        List<NttPrime> primes = NttPrime.below(48, DEGREE, lowest + 3);
        this.parameters = new BgvParameters(
                SecurityLevel.STANDARD,
                DEGREE,
                primes.subList(1, lowest + 3),
                primes.get(0),
                NttPrime.below(30, DEGREE, 2));
        this.prg = Party.seed(number).generator("party");
        this.secret = SecretKey.generate(parameters.keys(), prg);
        this.open = secret.publicKey(parameters.level(lowest, 0), prg);
        this.relinearization = RelinearizationKey.generate(parameters, lowest + 1, secret, prg);
    }

    /** The constant in all slots. */
    SeededCiphertext constant(BgvLevel level, long value) {
        long[] message = new long[DEGREE];
        message[0] = value;
        return encrypt(level, message);
    }

    SeededCiphertext encrypt(BgvLevel level, long[] message) {
        try (Encryptor encryptor = new Encryptor(level, secret, prg)) {
            return encryptor.encrypt(message);
        }
    }

    double[] slots(BgvLevel level) {
        return new SlotEncoding(level).uniform(prg);
    }

    /** The largest coefficient of m + t e, that is, of t (c0 + c1 s) modulo q, centred. */
    double largest(CoefficientCiphertext ciphertext) {
        BgvLevel level = ciphertext.level();
        RnsRing ring = level.ring();
        double[] rows = Arrays.copyOf(ciphertext.mask, ring.limbs() * DEGREE);
        ring.toEvaluation(rows);
        secret.multiply(ring, rows);
        ring.toCoefficients(rows);
        ring.add(rows, Arrays.copyOf(ciphertext.body, rows.length));
        ring.scale(level.decodeFactors(), rows);
        // Centred digits of the mixed radix p0, p0 p1, ...: the highest that is not zero gives the sign.
        ResidueArithmetic residues = ring.kernels().residues();
        double[] digit = new double[DEGREE];
        for (int limb = 0; limb < ring.limbs(); limb++) {
            int at = limb * DEGREE;
            for (int higher = limb + 1; higher < ring.limbs(); higher++) {
                NttPrime prime = ring.prime(higher);
                BigInteger p = BigInteger.valueOf(prime.value());
                double inverse = prime.centred(
                        BigInteger.valueOf(ring.prime(limb).value()).modInverse(p));
                residues.reduce(prime, rows, at, digit, 0, DEGREE);
                residues.subtract(prime, rows, higher * DEGREE, digit, 0, rows, higher * DEGREE, DEGREE);
                residues.scale(prime, inverse, rows, higher * DEGREE, rows, higher * DEGREE, DEGREE);
            }
        }
        double largest = 0;
        for (int i = 0; i < DEGREE; i++) {
            double value = 0;
            for (int limb = ring.limbs() - 1; limb >= 0; limb--) {
                value = value * ring.prime(limb).value() + rows[limb * DEGREE + i];
            }
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
