package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.NttPrime;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/** A chain of four primes at the degree of PrivDNN, keys for it, and what is made with them, from one test seed. */
final class BgvParty {
    static final int DEGREE = 1 << 14;

    final BgvParameters parameters;
    final Prg prg;
    final SecretKey secret;
    final PublicKey open;
    final RelinearizationKey relinearization;

    BgvParty(long number) {
        List<NttPrime> primes = NttPrime.below(48, DEGREE, 5);
        this.parameters = new BgvParameters(
                SecurityLevel.STANDARD,
                DEGREE,
                primes.subList(1, 5),
                primes.get(0),
                NttPrime.below(30, DEGREE, 2));
        this.prg = Party.seed(number).generator("party");
        this.secret = SecretKey.generate(parameters.keys(), prg);
        this.open = secret.publicKey(parameters.level(2, 0), prg);
        this.relinearization = RelinearizationKey.generate(parameters, 3, secret, prg);
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

    /** The coefficients of m + t e: t (c0 + c1 s) modulo q, centred. */
    BigInteger[] value(CoefficientCiphertext ciphertext) {
        BgvLevel level = ciphertext.level();
        RnsRing ring = level.ring();
        double[] rows = Arrays.copyOf(ciphertext.mask, ring.limbs() * DEGREE);
        ring.toEvaluation(rows);
        secret.multiply(ring, rows);
        ring.toCoefficients(rows);
        ring.add(rows, Arrays.copyOf(ciphertext.body, rows.length));
        ring.scale(level.decodeFactors(), rows);
        BigInteger q = ring.modulus();
        BigInteger[] lifts = new BigInteger[ring.limbs()];
        for (int limb = 0; limb < lifts.length; limb++) {
            BigInteger p = BigInteger.valueOf(ring.prime(limb).value());
            lifts[limb] = q.divide(p).multiply(q.divide(p).modInverse(p));
        }
        BigInteger[] value = new BigInteger[DEGREE];
        for (int i = 0; i < DEGREE; i++) {
            BigInteger sum = BigInteger.ZERO;
            for (int limb = 0; limb < lifts.length; limb++) {
                sum = sum.add(BigInteger.valueOf((long) rows[limb * DEGREE + i]).multiply(lifts[limb]));
            }
            BigInteger residue = sum.mod(q);
            value[i] = residue.shiftLeft(1).compareTo(q) > 0 ? residue.subtract(q) : residue;
        }
        return value;
    }

    static double largest(BigInteger[] value) {
        double largest = 0;
        for (BigInteger each : value) {
            largest = Math.max(largest, Math.abs(each.doubleValue()));
        }
        return largest;
    }
}
