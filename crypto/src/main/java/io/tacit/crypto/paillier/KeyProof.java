package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * That N is well formed: {@link ModulusProof} and {@link FactorProof}, after checks that need no proof. Non-interactive by
 * hashing (Fiat and Shamir), bound to a context and to N, of one length for a length of N; the verifier's work is fixed.
 */
final class KeyProof {
    private static final int TRIAL_LIMIT = 1 << 16;

    /** All odd primes below 2^16, multiplied. */
    private static final BigInteger SMALL_PRIMES = oddPrimesBelow(TRIAL_LIMIT);

    private KeyProof() {}

    private static BigInteger oddPrimesBelow(int limit) {
        int[] primes = SafePrimes.primesBelow(limit);
        return product(primes, 1, primes.length);
    }

    private static BigInteger product(int[] primes, int from, int to) {
        if (to - from == 1) {
            return BigInteger.valueOf(primes[from]);
        }
        int middle = (from + to) >>> 1;
        return product(primes, from, middle).multiply(product(primes, middle, to));
    }

    /** Length of a proof. */
    static int bytes(int modulusBits) {
        return ModulusProof.bytes(modulusBits) + FactorProof.bytes(modulusBits);
    }

    static byte[] prove(BigInteger p, BigInteger q, byte[] context, Prg generator) {
        byte[] first = ModulusProof.prove(p, q, context, generator);
        byte[] second = FactorProof.prove(p, q, context, generator);
        byte[] proof = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, proof, first.length, second.length);
        return proof;
    }

    /** Whether a proof shows that {@code n} is well formed. Cheap checks come first. */
    static boolean verify(BigInteger n, byte[] proof, byte[] context) {
        int bits = n.bitLength();
        if (n.signum() <= 0 || proof.length != bytes(bits) || !n.testBit(0)) {
            return false;
        }
        if (!n.gcd(SMALL_PRIMES).equals(BigInteger.ONE) || isProbablyPrime(n)) {
            return false;
        }
        int split = ModulusProof.bytes(bits);
        return FactorProof.verify(n, Arrays.copyOfRange(proof, split, proof.length), context)
                && ModulusProof.verify(n, Arrays.copyOf(proof, split), context);
    }

    /** Fermat's test to base 2: all primes pass. A composite that passes too is refused as well; well-formed ones do not. */
    private static boolean isProbablyPrime(BigInteger n) {
        return BigInteger.TWO.modPow(n.subtract(BigInteger.ONE), n).equals(BigInteger.ONE);
    }
}
