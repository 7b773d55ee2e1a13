package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * That N is the product of two different primes, both 3 modulo 4, and prime to phi(N): the Paillier-Blum modulus proof of
 * Canetti, Gennaro, Goldfeder, Makriyannis and Peled ("UC non-interactive, proactive, threshold ECDSA with identifiable
 * aborts", 2020, figure 16), whose part on N-th roots is that of Goldberg, Reyzin, Sagga and Baldimtsi ("Efficient
 * noninteractive certification of RSA moduli and beyond", ASIACRYPT 2019).
 *
 * <p>The prover gives w with Jacobi symbol -1. For each of {@value #ROUNDS} challenges y in Z_N it gives z with z^N = y, and
 * x, a, b with x^4 = (-1)^a w^b y. If N is not of that form, a challenge can be answered with probability at most 1/2: the
 * roots exist for at most one in l of all y where a prime l divides both N and phi(N); N that is square-free but has
 * another number of prime factors, or one that is 1 modulo 4, has at most half of the fourth powers that are needed. So a bad N
 * passes with probability 2^-{@value #ROUNDS}. Zero knowledge: roots of hashes.
 *
 * <p>The exponents are secret and blinded by random multiples of p - 1 and q - 1; symbols and remainders are variable-time.
 */
final class ModulusProof {
    static final int ROUNDS = 128;

    private static final String DOMAIN = "tacit paillier-blum modulus v1";
    private static final int BLINDING_BITS = 64;

    /** Bits by which a challenge is drawn longer than N, so that reduction leaves it uniform. */
    private static final int EXTRA_BITS = 128;

    private ModulusProof() {}

    /** w, then for each round x and z and one byte of a and b. */
    static int bytes(int modulusBits) {
        int number = (modulusBits + Byte.SIZE - 1) / Byte.SIZE;
        return number + ROUNDS * (2 * number + 1);
    }

    /** What is to be answered, numbers below N. */
    static BigInteger[] challenges(BigInteger n, BigInteger w, byte[] context) {
        Transcript transcript = new Transcript(DOMAIN, context);
        transcript.add(n);
        transcript.add(w);
        int bits = n.bitLength() + EXTRA_BITS;
        BigInteger all = transcript.challenge(bits * ROUNDS);
        BigInteger[] challenges = new BigInteger[ROUNDS];
        BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        for (int i = 0; i < ROUNDS; i++) {
            challenges[i] = all.shiftRight(i * bits).and(mask).mod(n);
        }
        return challenges;
    }

    static byte[] prove(BigInteger p, BigInteger q, byte[] context, Prg generator) {
        BigInteger n = p.multiply(q);
        BigInteger w = Draw.below(n, generator);
        while (Jacobi.symbol(w, n) != -1) {
            w = Draw.below(n, generator);
        }
        BigInteger[] challenges = challenges(n, w, context);
        BigInteger[] residues = new BigInteger[ROUNDS];
        byte[] choices = new byte[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            // Of y, -y, w y, -w y exactly one is a square modulo both primes: -1 is a square modulo neither, w modulo
            // one.
            boolean twist = Jacobi.symbol(challenges[i], n) < 0;
            BigInteger twisted = twist ? challenges[i].multiply(w).mod(n) : challenges[i];
            boolean negate = Jacobi.symbol(twisted, p) < 0;
            residues[i] = negate ? n.subtract(twisted) : twisted;
            choices[i] = (byte) ((negate ? 1 : 0) | (twist ? 2 : 0));
        }
        BigInteger pInverse = p.modInverse(q);
        BigInteger[] fourth = roots(p, q, pInverse, residues, fourthRoot(p), fourthRoot(q), generator);
        BigInteger[] nth = roots(p, q, pInverse, challenges, nthRoot(n, p), nthRoot(n, q), generator);
        int number = (n.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
        byte[] proof = new byte[bytes(n.bitLength())];
        PublicKey.writeUnsigned(w, proof, 0, number);
        for (int i = 0, at = number; i < ROUNDS; i++, at += 2 * number + 1) {
            PublicKey.writeUnsigned(fourth[i], proof, at, number);
            PublicKey.writeUnsigned(nth[i], proof, at + number, number);
            proof[at + 2 * number] = choices[i];
        }
        return proof;
    }

    /** The exponent that takes squares modulo a prime 3 modulo 4 to fourth roots: ((prime + 1) / 4)^2. */
    private static BigInteger fourthRoot(BigInteger prime) {
        BigInteger root = prime.add(BigInteger.ONE).shiftRight(2);
        return root.multiply(root).mod(prime.subtract(BigInteger.ONE));
    }

    private static BigInteger nthRoot(BigInteger n, BigInteger prime) {
        return n.modInverse(prime.subtract(BigInteger.ONE));
    }

    private static BigInteger[] roots(
            BigInteger p,
            BigInteger q,
            BigInteger pInverse,
            BigInteger[] of,
            BigInteger exponentP,
            BigInteger exponentQ,
            Prg generator) {
        BigInteger[] modP = powers(p, of, exponentP, generator);
        BigInteger[] modQ = powers(q, of, exponentQ, generator);
        BigInteger[] roots = new BigInteger[of.length];
        for (int i = 0; i < of.length; i++) {
            roots[i] = modQ[i].subtract(modP[i])
                    .multiply(pInverse)
                    .mod(q)
                    .multiply(p)
                    .add(modP[i]);
        }
        return roots;
    }

    private static BigInteger[] powers(BigInteger prime, BigInteger[] of, BigInteger exponent, Prg generator) {
        BigInteger blinded = exponent.add(prime.subtract(BigInteger.ONE).multiply(Draw.bits(BLINDING_BITS, generator)));
        BigInteger[] bases = new BigInteger[of.length];
        BigInteger[] exponents = new BigInteger[of.length];
        for (int i = 0; i < of.length; i++) {
            bases[i] = of[i].mod(prime);
            exponents[i] = blinded;
        }
        return MontgomeryForm.modulo(prime).powers(bases, exponents);
    }

    /** Whether the proof holds; {@code n} is odd and not prime, and the proof of the right length. */
    static boolean verify(BigInteger n, byte[] proof, byte[] context) {
        int number = (n.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
        BigInteger w = new BigInteger(1, proof, 0, number);
        if (w.compareTo(n) >= 0 || Jacobi.symbol(w, n) != -1) {
            return false;
        }
        BigInteger[] challenges = challenges(n, w, context);
        BigInteger[] roots = new BigInteger[ROUNDS];
        BigInteger[] exponents = new BigInteger[ROUNDS];
        for (int i = 0, at = number; i < ROUNDS; i++, at += 2 * number + 1) {
            BigInteger fourth = new BigInteger(1, proof, at, number);
            roots[i] = new BigInteger(1, proof, at + number, number);
            int choice = proof[at + 2 * number];
            if (fourth.compareTo(n) >= 0 || roots[i].compareTo(n) >= 0 || choice < 0 || choice > 3) {
                return false;
            }
            BigInteger square = fourth.multiply(fourth).mod(n);
            BigInteger expected = (choice & 2) != 0 ? challenges[i].multiply(w) : challenges[i];
            if (!square.multiply(square)
                    .subtract((choice & 1) != 0 ? expected.negate() : expected)
                    .mod(n)
                    .equals(BigInteger.ZERO)) {
                return false;
            }
        }
        Arrays.fill(exponents, n);
        return Arrays.equals(MontgomeryForm.modulo(n).powers(roots, exponents), challenges);
    }
}
