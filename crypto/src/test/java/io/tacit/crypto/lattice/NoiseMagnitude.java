package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.math.BigInteger;

/** How large noise is, in doubles: exact enough to be held against a bound. */
public final class NoiseMagnitude {

    private NoiseMagnitude() {}

    /** Largest absolute value of the integers that the residues stand for; they fit two primes. */
    public static double largest(RnsRing ring, double[] rows) {
        int degree = ring.degree();
        NttPrime first = ring.prime(0);
        NttPrime second = ring.prime(1);
        BigInteger p = BigInteger.valueOf(first.value());
        double inverse = second.centred(p.modInverse(BigInteger.valueOf(second.value())));
        var residues = ring.kernels().residues();
        // x = a + p ((b - a) / p modulo the second prime, centred).
        double[] digits = new double[degree];
        residues.reduce(second, rows, 0, digits, 0, degree);
        residues.subtract(second, rows, degree, digits, 0, digits, 0, degree);
        residues.scale(second, inverse, digits, 0, digits, 0, degree);
        double largest = 0;
        for (int i = 0; i < degree; i++) {
            largest = Math.max(largest, Math.abs(rows[i] + first.value() * digits[i]));
        }
        return largest;
    }
}
