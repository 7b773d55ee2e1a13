package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyProofTest {
    private static final byte[] CONTEXT = {5, 6, 7};
    private static final BigInteger P = InsecureKeys.P;
    private static final BigInteger Q = InsecureKeys.Q;
    private static final BigInteger N = P.multiply(Q);

    private static byte[] honest = new byte[0];

    private final Prg generator = InsecureKeys.seed(4).generator("test");

    @BeforeAll
    static void prove() {
        honest = KeyProof.prove(P, Q, CONTEXT, InsecureKeys.seed(4).generator("honest"));
    }

    private static byte[] bytes(BigInteger n, int length) {
        byte[] bytes = new byte[length];
        PublicKey.writeUnsigned(n, bytes, 0, length);
        return bytes;
    }

    private static void assertRefused(BigInteger n, byte[] proof, byte[] context) {
        assertThatThrownBy(() -> PublicKey.verified(KeyLength.BITS_2048, bytes(n, 256), proof, context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a Paillier key that is not well formed");
    }

    @Test
    void anHonestKeyIsTaken() {
        PublicKey key = PublicKey.verified(KeyLength.BITS_2048, bytes(N, 256), honest, CONTEXT);
        assertThat(key.modulus()).isEqualTo(N);
        assertThat(honest).hasSize(KeyProof.bytes(2048));
    }

    @Test
    void theProofIsBoundToItsContextAndItsKey() {
        assertRefused(N, honest, new byte[] {5, 6, 8});
        assertRefused(N, honest, new byte[0]);
        BigInteger other = InsecureKeys.SHORT_P.multiply(prime(1792, 3));
        assertThat(other.bitLength()).isEqualTo(2048);
        assertRefused(other, honest, CONTEXT);
    }

    @Test
    void everyPartOfTheProofCounts() {
        Random random = new Random(1);
        int number = 256;
        int round = 2 * number + 1;
        int modulus = ModulusProof.bytes(2048);
        int[] places = {
            number - 1, // w
            number + number - 1, // the first fourth root
            number + 2 * number - 1, // the first N-th root
            number + 2 * number, // its choices
            number + 127 * round + 3, // the last fourth root
            number + 127 * round + number + 3, // the last N-th root
            modulus + 100, // the commitment
            modulus + 384 + 100,
            modulus + 2 * 384 + 100,
            modulus + 3 * 384 + 100,
            modulus + 4 * 384 + 100,
            modulus + 5 * 384 + 80,
            honest.length - 1
        };
        for (int place : places) {
            byte[] changed = honest.clone();
            changed[place] ^= (byte) (1 << random.nextInt(place == number + 2 * number ? 2 : 8));
            assertRefused(N, changed, CONTEXT);
        }
    }

    @Test
    void otherLengthsAreRefused() {
        assertRefused(N, Arrays.copyOf(honest, honest.length - 1), CONTEXT);
        assertRefused(N, Arrays.copyOf(honest, honest.length + 1), CONTEXT);
        assertRefused(N, new byte[0], CONTEXT);
        assertThatThrownBy(() -> PublicKey.verified(KeyLength.BITS_3072, bytes(N, 384), honest, CONTEXT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PublicKey.verified(KeyLength.BITS_2048, bytes(N, 257), honest, CONTEXT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void evenPrimeAndShortModuliAreRefused() {
        assertRefused(N.subtract(BigInteger.ONE), honest, CONTEXT);
        assertRefused(BigInteger.ONE.shiftLeft(2047), honest, CONTEXT);
        assertRefused(prime(2048, 3), honest, CONTEXT);
        assertRefused(N.shiftRight(1).setBit(0), honest, CONTEXT); // 2047 bits
        assertRefused(BigInteger.ZERO, honest, CONTEXT);
        assertRefused(BigInteger.ONE, honest, CONTEXT);
    }

    /** The forger proves as well as a forger can: with the real factors, by the honest program. */
    @Test
    void aSmallFactorIsRefused() {
        BigInteger tiny = BigInteger.valueOf(65_519); // found by the greatest common divisor
        assertThat(tiny.isProbablePrime(30)).isTrue();
        assertForgeryRefused(tiny, prime(2032, 3));
    }

    @Test
    void aShortFactorIsRefused() {
        for (int bits : new int[] {40, 760}) {
            BigInteger p = prime(bits, 3);
            BigInteger q = prime(2049 - bits, 3);
            while (p.multiply(q).bitLength() != 2048) {
                q = prime(2048 - bits, 3);
            }
            BigInteger n = p.multiply(q);
            if (bits > 256) {
                // Two primes 3 modulo 4 satisfy the first proof: it is the second that refuses.
                assertThat(ModulusProof.verify(n, ModulusProof.prove(p, q, CONTEXT, generator), CONTEXT))
                        .isTrue();
            }
            assertThat(FactorProof.verify(n, FactorProof.prove(p, q, CONTEXT, generator), CONTEXT))
                    .isFalse();
            assertThat(FactorProof.verify(n, FactorProof.prove(q, p, CONTEXT, generator), CONTEXT))
                    .isFalse();
        }
    }

    /** A forger who knows another pair of numbers: one and N, or two whose product is near N. */
    @Test
    void otherPairsThanTheFactorsAreRefused() {
        BigInteger[][] pairs = {{BigInteger.ONE, N}, {P, Q.add(BigInteger.TWO)}, {P.negate(), Q.negate()}};
        for (BigInteger[] pair : pairs) {
            byte[] proof;
            try {
                proof = FactorProof.prove(pair[0], pair[1], CONTEXT, generator);
            } catch (ArithmeticException e) {
                continue;
            }
            assertThat(FactorProof.verify(N, Arrays.copyOf(proof, FactorProof.bytes(2048)), CONTEXT))
                    .as("%s", pair[0].signum())
                    .isEqualTo(pair[0].equals(P.negate())); // minus both: the statement is about absolute values
        }
    }

    @Test
    void thePrimesSquaredAreRefused() {
        assertThat(Jacobi.symbol(BigInteger.valueOf(7), P.multiply(P))).isEqualTo(1); // no w exists at all
        byte[] proof = honest.clone();
        assertRefused(P.multiply(P), proof, CONTEXT);
    }

    @Test
    void aDivisorInCommonWithPhiIsRefused() {
        BigInteger p = prime(512, 3);
        BigInteger q = p.shiftLeft(1).add(BigInteger.ONE);
        for (int k = 1; !q.isProbablePrime(40) || !q.testBit(1); k++) {
            q = p.multiply(BigInteger.valueOf(2L * k)).add(BigInteger.ONE);
        }
        BigInteger n = p.multiply(q);
        assertThat(n.gcd(q.subtract(BigInteger.ONE))).isEqualTo(p);
        assertThat(ModulusProof.verify(n, forge(p, q, p), CONTEXT)).isFalse();
        // The same forger convinces where there is nothing to forge.
        assertThat(ModulusProof.verify(N, forge(P, Q, BigInteger.ONE), CONTEXT)).isTrue();
    }

    /** Everything right but the N-th roots modulo q, which are so for one challenge in {@code common} only. */
    private byte[] forge(BigInteger p, BigInteger q, BigInteger common) {
        BigInteger n = p.multiply(q);
        int number = (n.bitLength() + 7) / 8;
        BigInteger w = BigInteger.TWO;
        while (Jacobi.symbol(w, n) != -1) {
            w = w.add(BigInteger.ONE);
        }
        byte[] proof = new byte[ModulusProof.bytes(n.bitLength())];
        PublicKey.writeUnsigned(w, proof, 0, number);
        BigInteger[] challenges = ModulusProof.challenges(n, w, CONTEXT);
        for (int i = 0, at = number; i < challenges.length; i++, at += 2 * number + 1) {
            BigInteger y = challenges[i];
            int twist = Jacobi.symbol(y, n) < 0 ? 2 : 0;
            BigInteger twisted = twist == 0 ? y : y.multiply(w).mod(n);
            int negate = Jacobi.symbol(twisted, p) < 0 ? 1 : 0;
            BigInteger square = negate == 0 ? twisted : twisted.negate().mod(n);
            BigInteger fourth = combine(p, root(square, p), q, root(square, q));
            BigInteger nth = combine(
                    p,
                    y.modPow(n.modInverse(p.subtract(BigInteger.ONE)), p),
                    q,
                    y.modPow(n.modInverse(q.subtract(BigInteger.ONE).divide(common)), q));
            PublicKey.writeUnsigned(fourth, proof, at, number);
            PublicKey.writeUnsigned(nth, proof, at + number, number);
            proof[at + 2 * number] = (byte) (negate | twist);
        }
        return proof;
    }

    /** A fourth root of a square modulo a prime that is 3 modulo 4: the square root that is a square, twice. */
    private static BigInteger root(BigInteger square, BigInteger prime) {
        BigInteger half = prime.add(BigInteger.ONE).shiftRight(2);
        return square.modPow(half, prime).modPow(half, prime);
    }

    private static BigInteger combine(BigInteger p, BigInteger modP, BigInteger q, BigInteger modQ) {
        return modQ.subtract(modP).multiply(p.modInverse(q)).mod(q).multiply(p).add(modP);
    }

    @Test
    void threePrimesAndPrimesThatAreOneModuloFourAreRefused() {
        BigInteger a = prime(512, 3);
        BigInteger b = prime(512, 3).add(BigInteger.valueOf(4));
        while (!b.isProbablePrime(40)) {
            b = b.add(BigInteger.valueOf(4));
        }
        BigInteger three = a.multiply(b);
        // q is composite: the honest program's roots modulo it are wrong for about half of the challenges.
        assertThat(ModulusProof.verify(P.multiply(three), ModulusProof.prove(P, three, CONTEXT, generator), CONTEXT))
                .isFalse();
        BigInteger one = prime(1024, 1);
        assertThat(ModulusProof.verify(P.multiply(one), ModulusProof.prove(P, one, CONTEXT, generator), CONTEXT))
                .isFalse();
    }

    private void assertForgeryRefused(BigInteger p, BigInteger q) {
        BigInteger n = p.multiply(q);
        assertThat(n.bitLength()).isEqualTo(2048);
        byte[] modulusPart = Arrays.copyOf(honest, ModulusProof.bytes(2048));
        byte[] factorPart = FactorProof.prove(p, q, CONTEXT, generator);
        byte[] proof = Arrays.copyOf(modulusPart, honest.length);
        System.arraycopy(factorPart, 0, proof, modulusPart.length, factorPart.length);
        assertRefused(n, proof, CONTEXT);
    }

    /** A prime of exactly so many bits with the top two set and a given remainder modulo 4. */
    private static BigInteger prime(int bits, int modulo4) {
        BigInteger prime = new BigInteger(bits, new Random(bits))
                .setBit(bits - 1)
                .setBit(bits - 2)
                .clearBit(bits - 3)
                .nextProbablePrime();
        while ((prime.intValue() & 3) != modulo4) {
            prime = prime.nextProbablePrime();
        }
        return prime;
    }

    @ParameterizedTest
    @EnumSource(KeyLength.class)
    void theBoundOnTheShorterFactorIsTheDocumentedOne(KeyLength length) {
        int bits = length.modulusBits();
        int response = bits / 2 + 257;
        assertThat(bits - 1 - response).isEqualTo(length == KeyLength.BITS_2048 ? 766 : 1278);
        assertThat(FactorProof.bytes(bits))
                .isEqualTo(5 * (length == KeyLength.BITS_2048 ? 384 : 512) + 2 * ((response + 7) / 8));
    }

    @Test
    void jacobiSymbolsAgreeWithEuler() {
        Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            BigInteger a = new BigInteger(300, random);
            BigInteger p = InsecureKeys.SHORT_P;
            BigInteger euler = a.modPow(p.shiftRight(1), p);
            assertThat(Jacobi.symbol(a, p)).isEqualTo(euler.equals(BigInteger.ONE) ? 1 : -1);
            BigInteger n = p.multiply(InsecureKeys.SHORT_Q);
            assertThat(Jacobi.symbol(a, n)).isEqualTo(Jacobi.symbol(a, p) * Jacobi.symbol(a, InsecureKeys.SHORT_Q));
        }
        assertThat(Jacobi.symbol(BigInteger.ZERO, P)).isZero();
        assertThat(Jacobi.symbol(P, N)).isZero();
        assertThat(Jacobi.symbol(BigInteger.ONE, N)).isEqualTo(1);
        assertThat(Jacobi.symbol(BigInteger.ONE.negate(), P)).isEqualTo(-1);
    }
}
