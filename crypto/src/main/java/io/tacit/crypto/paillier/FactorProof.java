package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;

/**
 * That neither factor of N = p q is short: the statement of the no-small-factor proof of Canetti, Gennaro, Goldfeder,
 * Makriyannis and Peled (2020, figure 28), which there rests on an RSA modulus of the verifier's making. Here the commitments
 * are in a group that nobody had to make, the squares modulo a prime P of RFC 3526, of known prime order Q, with
 * responses bounded as integers (bounded commitments in groups of known order: Couteau, Klooss, Lin, Reichle, EUROCRYPT 2021).
 *
 * <p>With generators g, h (h hashed, so that nobody knows its logarithm) and C = g^q h^s the prover shows that it knows
 * (q, s) with C = g^q h^s and (p, t) with g^N = C^p h^t, t = -s p:
 *
 * <pre>
 *   B = g^b h^u,  D = C^a h^v,  e = hash(...), 128 bits
 *   z1 = a + e p,  z2 = b + e q  (as integers),  w1 = v + e t,  w2 = u + e s  (modulo Q)
 *   check: z1, z2 &lt; 2^l,  g^z2 h^w2 = B C^e,  C^z1 h^w1 = D g^(N e)
 * </pre>
 *
 * where a and b are uniform with l - 1 bits, l = |N|/2 + 128 + 128 + 1: the responses hide p and q but for 2^-128.
 *
 * <p>Soundness, for any N: whoever makes proofs that are accepted can be made to show that N has no prime factor P with
 * 2^l &lt;= P, or it knows the logarithm of h to g. With the hash as a random oracle, running it twice to the same (N, C, B, D,
 * context) and two challenges (forking lemma; with Q hash queries the proof of a false statement is accepted with
 * probability about Q / 2^128 beyond the hardness of the logarithm) gives differences E of the challenges, 0 &lt; |E| &lt; 2^128,
 * Z1, Z2 of the responses, |Z1|, |Z2| &lt; 2^l since each response is in 0 .. 2^l - 1, and W1, W2, with
 *
 * <ol>
 *   <li>g^Z2 h^W2 = C^E and C^Z1 h^W1 = g^(N E): the two checks, divided.
 *   <li>E is a unit modulo the prime Q &gt; 2^128, and C is in the group of order Q (checked), so C = g^(Z2/E) h^(W2/E).
 *   <li>Put into the second equation: g^(Z1 Z2 / E) h^(...) = g^(N E). Unless the logarithm of h is now known, the exponents of g
 *       agree: Z1 Z2 = N E^2 modulo Q.
 *   <li>|Z1 Z2| &lt; 2^(2 l), and 0 &lt; N E^2 &lt; 2^(|N| + 256) &lt; 2^(2 l), as 2 l = |N| + 514 or more. Their difference is below
 *       2^(2 l + 1) &lt;= 2^(|Q| - 1) &lt;= Q in absolute value, as the group is chosen with 2 l &lt; |Q| - 1. So Z1 Z2 = N E^2 as
 *       integers, and neither Z1 nor Z2 is zero.
 *   <li>Every prime P that divides N divides Z1 or Z2, and so is at most max(|Z1|, |Z2|) &lt; 2^l.
 * </ol>
 *
 * That N is the product of exactly two primes is {@link ModulusProof}'s: the larger is below 2^l, so the smaller one is above
 * 2^(|N| - 1 - l). With l = |N| / 2 + 257 that is 2^(|N| / 2 - 258): 2^766 for |N| = 2048 and 2^1278 for 3072. Note that E and the
 * openings are never asked to be small: only Z1 and Z2 are, and the verifier sees that they are.
 *
 * <p>Zero knowledge: C is uniform in the group, s being uniform; B and D are determined by the answers and the challenge; w1 and
 * w2 are uniform; and z1, z2 are within 2^-128 of what they were without p and q, since a and b are longer by 128 bits than e p and
 * e q.
 *
 * <p>Powers here are BigInteger's and variable-time; exponents that depend on p and q for longer than this proof are blinded by
 * random multiples of Q.
 */
final class FactorProof {
    private static final String DOMAIN = "tacit paillier factors v1";
    private static final int CHALLENGE_BITS = 128;
    private static final int HIDING_BITS = 128;
    private static final int BLINDING_BITS = 64;

    private FactorProof() {}

    /**
     * The squares modulo a safe prime P.
     *
     * @param order Q = (P - 1) / 2
     */
    private record Group(BigInteger prime, BigInteger order, BigInteger g, BigInteger h) {
        static Group of(DHParameters parameters) {
            BigInteger prime = parameters.getP();
            Transcript transcript = new Transcript(DOMAIN + " generator", new byte[0]);
            transcript.add(prime);
            BigInteger root =
                    transcript.challenge(prime.bitLength() + HIDING_BITS).mod(prime);
            return new Group(
                    prime,
                    prime.shiftRight(1),
                    BigInteger.TWO,
                    root.multiply(root).mod(prime));
        }

        int bytes() {
            return prime.bitLength() / Byte.SIZE;
        }

        BigInteger commit(BigInteger base, BigInteger exponent, BigInteger exponentOfH) {
            return base.modPow(exponent, prime)
                    .multiply(h.modPow(exponentOfH, prime))
                    .mod(prime);
        }

        BigInteger randomExponent(Prg generator) {
            return Draw.below(order, generator);
        }

        BigInteger blinded(BigInteger exponent, Prg generator) {
            return exponent.add(order.multiply(Draw.bits(BLINDING_BITS, generator)));
        }

        /** Whether a received number is in the group. */
        boolean contains(BigInteger number) {
            return number.signum() > 0 && number.compareTo(prime) < 0 && Jacobi.symbol(number, prime) == 1;
        }
    }

    private static final Group SHORT = Group.of(DHStandardGroups.rfc3526_3072);
    private static final Group LONG = Group.of(DHStandardGroups.rfc3526_4096);

    /** The smallest group in which products of two responses do not wrap. */
    private static Group group(int modulusBits) {
        return List.of(SHORT, LONG).stream()
                .filter(group -> 2 * responseBits(modulusBits) < group.order().bitLength() - 1)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a Paillier modulus of " + modulusBits + " bits"));
    }

    private static int responseBits(int modulusBits) {
        return (modulusBits + 1) / 2 + CHALLENGE_BITS + HIDING_BITS + 1;
    }

    private static int responseBytes(int modulusBits) {
        return (responseBits(modulusBits) + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** C, B, D, w1, w2 and the two bounded responses. */
    static int bytes(int modulusBits) {
        return 5 * group(modulusBits).bytes() + 2 * responseBytes(modulusBits);
    }

    private static BigInteger challenge(byte[] context, BigInteger n, BigInteger c, BigInteger b, BigInteger d) {
        Transcript transcript = new Transcript(DOMAIN, context);
        transcript.add(n);
        transcript.add(c);
        transcript.add(b);
        transcript.add(d);
        return transcript.challenge(CHALLENGE_BITS);
    }

    static byte[] prove(BigInteger p, BigInteger q, byte[] context, Prg generator) {
        BigInteger n = p.multiply(q);
        Group group = group(n.bitLength());
        int maskBits = responseBits(n.bitLength()) - 1;
        BigInteger s = group.randomExponent(generator);
        BigInteger c = group.commit(group.g(), group.blinded(q, generator), s);
        BigInteger t = s.multiply(p).negate().mod(group.order());
        BigInteger a = Draw.bits(maskBits, generator);
        BigInteger b = Draw.bits(maskBits, generator);
        BigInteger u = group.randomExponent(generator);
        BigInteger v = group.randomExponent(generator);
        BigInteger first = group.commit(group.g(), b, u);
        BigInteger second = group.commit(c, a, v);
        BigInteger e = challenge(context, n, c, first, second);
        byte[] proof = new byte[bytes(n.bitLength())];
        int at = 0;
        for (BigInteger number : List.of(
                c,
                first,
                second,
                v.add(e.multiply(t)).mod(group.order()),
                u.add(e.multiply(s)).mod(group.order()))) {
            PublicKey.writeUnsigned(number, proof, at, group.bytes());
            at += group.bytes();
        }
        int response = responseBytes(n.bitLength());
        PublicKey.writeUnsigned(a.add(e.multiply(p)), proof, at, response);
        PublicKey.writeUnsigned(b.add(e.multiply(q)), proof, at + response, response);
        return proof;
    }

    /** Whether the proof holds; it has the right length. */
    static boolean verify(BigInteger n, byte[] proof, byte[] context) {
        Group group = group(n.bitLength());
        BigInteger[] numbers = new BigInteger[5];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = new BigInteger(1, proof, i * group.bytes(), group.bytes());
        }
        int bits = responseBits(n.bitLength());
        int response = responseBytes(n.bitLength());
        int at = numbers.length * group.bytes();
        BigInteger z1 = new BigInteger(1, proof, at, response);
        BigInteger z2 = new BigInteger(1, proof, at + response, response);
        BigInteger c = numbers[0];
        BigInteger first = numbers[1];
        BigInteger second = numbers[2];
        if (!group.contains(c)
                || !group.contains(first)
                || !group.contains(second)
                || numbers[3].compareTo(group.order()) >= 0
                || numbers[4].compareTo(group.order()) >= 0
                || z1.bitLength() > bits
                || z2.bitLength() > bits) {
            return false;
        }
        BigInteger prime = group.prime();
        BigInteger e = challenge(context, n, c, first, second);
        return group.commit(group.g(), z2, numbers[4])
                        .equals(first.multiply(c.modPow(e, prime)).mod(prime))
                && group.commit(c, z1, numbers[3])
                        .equals(second.multiply(group.g().modPow(n.multiply(e), prime))
                                .mod(prime));
    }
}
