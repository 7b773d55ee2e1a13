package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PaillierKeysTest {

    static Stream<PaillierKeys> keys() {
        return Stream.of(InsecureKeys.tooShort(), InsecureKeys.known());
    }

    /** Zero, one, the extremes of both signs, and random ones. */
    static BigInteger[] plaintexts(PublicKey key, int count) {
        Random random = new Random(count);
        BigInteger largest = key.largestPlaintext();
        List<BigInteger> plaintexts = new ArrayList<>(List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                BigInteger.ONE.negate(),
                largest,
                largest.negate(),
                largest.subtract(BigInteger.ONE),
                BigInteger.valueOf(Long.MIN_VALUE)));
        while (plaintexts.size() < count) {
            plaintexts.add(new BigInteger(key.modulusBits() - 2, random).subtract(largest.shiftRight(1)));
        }
        return plaintexts.subList(0, count).toArray(new BigInteger[0]);
    }

    /** The textbook's formulas, by BigInteger alone. */
    @ParameterizedTest
    @MethodSource("keys")
    void decryptsWhatTheDefinitionEncrypts(PaillierKeys keys) {
        BigInteger n = keys.publicKey().modulus();
        BigInteger square = n.multiply(n);
        Random random = new Random(3);
        BigInteger[] plaintexts = plaintexts(keys.publicKey(), 19);
        byte[] wire = new byte[plaintexts.length * keys.publicKey().ciphertextBytes()];
        for (int i = 0; i < plaintexts.length; i++) {
            BigInteger rho = new BigInteger(n.bitLength() - 1, random).setBit(0);
            BigInteger ciphertext = n.add(BigInteger.ONE)
                    .modPow(plaintexts[i].mod(n), square)
                    .multiply(rho.modPow(n, square))
                    .mod(square);
            int each = keys.publicKey().ciphertextBytes();
            PublicKey.writeUnsigned(ciphertext, wire, i * each, each);
        }
        CiphertextBatch batch = CiphertextBatch.decode(keys.publicKey(), wire, plaintexts.length);
        assertThat(keys.decrypt(batch, Workers.NONE)).containsExactly(plaintexts);
        assertThat(batch.encode()).isEqualTo(wire);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void encryptsWhatTheDefinitionDecrypts(PaillierKeys keys) {
        PublicKey key = keys.publicKey();
        BigInteger n = key.modulus();
        BigInteger square = n.multiply(n);
        BigInteger lambda = keys.p()
                .subtract(BigInteger.ONE)
                .multiply(keys.q().subtract(BigInteger.ONE))
                .shiftRight(1);
        BigInteger[] plaintexts = plaintexts(key, 11);
        try (RandomizerPool pool = new RandomizerPool(new KeyHolderRandomizers(keys, InsecureKeys.seed(9)), 8)) {
            byte[] wire = CiphertextBatch.encrypt(pool, plaintexts).encode();
            for (int i = 0; i < plaintexts.length; i++) {
                BigInteger ciphertext = new BigInteger(1, wire, i * key.ciphertextBytes(), key.ciphertextBytes());
                BigInteger power = ciphertext.modPow(lambda, square); // 1 + lambda m N
                assertThat(power.mod(n)).isEqualTo(BigInteger.ONE);
                BigInteger plaintext = power.subtract(BigInteger.ONE)
                        .divide(n)
                        .multiply(lambda.modInverse(n))
                        .mod(n);
                assertThat(plaintext).isEqualTo(plaintexts[i].mod(n));
            }
        }
    }

    @Test
    void plaintextsThatDoNotFitAreRefused() {
        PublicKey key = InsecureKeys.tooShort().publicKey();
        BigInteger tooLarge = key.largestPlaintext().add(BigInteger.ONE);
        for (BigInteger bad : List.of(tooLarge, tooLarge.negate())) {
            assertThatThrownBy(() -> CiphertextBatch.unblinded(key, new BigInteger[] {bad}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(bad.toString());
        }
    }

    @Test
    void ciphertextsOfAnotherKeyAreRefused() {
        CiphertextBatch other =
                CiphertextBatch.unblinded(InsecureKeys.known().publicKey(), new BigInteger[] {BigInteger.ONE});
        assertThatThrownBy(() -> InsecureKeys.tooShort().decrypt(other, Workers.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedKeyDoesNothingMore() {
        PaillierKeys keys = InsecureKeys.tooShort();
        CiphertextBatch batch = CiphertextBatch.unblinded(keys.publicKey(), new BigInteger[] {BigInteger.ONE});
        keys.close();
        keys.close();
        assertThatThrownBy(() -> keys.decrypt(batch, Workers.NONE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys.proof(new byte[0], InsecureKeys.seed(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keys::p).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingPrintsTheSecret() {
        PaillierKeys keys = InsecureKeys.tooShort();
        assertThat(keys.toString()).doesNotContain(keys.p().toString()).matches(".*PaillierKeys@[0-9a-f]+");
    }

    /** A number with a factor in common with N cannot have come through decode; its power is not 1 modulo the prime. */
    @Test
    void aDecryptionThatIsNotRightIsNotHandedOut() {
        PaillierKeys keys = InsecureKeys.tooShort();
        long[] residue = keys.publicKey().form().residues(new BigInteger[] {keys.p()});
        CiphertextBatch bad = CiphertextBatch.ofResidues(keys.publicKey(), residue, 1);
        assertThatThrownBy(() -> keys.decrypt(bad, Workers.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a decryption failed its check");
    }

    @Test
    void smallKeysAreMadeOfSafePrimes() {
        for (int number = 0; number < 3; number++) {
            PaillierKeys keys = PaillierKeys.generate(512, InsecureKeys.seed(100 + number), Workers.NONE);
            for (BigInteger prime : List.of(keys.p(), keys.q())) {
                assertThat(prime.bitLength()).isEqualTo(256);
                assertThat(prime.isProbablePrime(50)).isTrue();
                assertThat(prime.shiftRight(1).isProbablePrime(50)).isTrue();
            }
            assertThat(keys.publicKey().modulusBits()).isEqualTo(512);
            assertThat(keys.p()).isNotEqualTo(keys.q());
        }
    }

    @Test
    void onlyTwoDifferentSafePrimesOfTheRightLengthMakeAKey() {
        BigInteger p = InsecureKeys.P;
        BigInteger q = InsecureKeys.Q;
        assertThat(PaillierKeys.ofPrimes(KeyLength.BITS_2048, p, q, InsecureKeys.seed(1))
                        .publicKey()
                        .modulus())
                .isEqualTo(p.multiply(q));
        BigInteger notSafe = new BigInteger(1024, 60, new Random(1)).setBit(1023);
        while (!notSafe.isProbablePrime(60) || notSafe.shiftRight(1).isProbablePrime(60)) {
            notSafe = notSafe.nextProbablePrime();
        }
        for (BigInteger[] bad : new BigInteger[][] {
            {p, p}, {p, notSafe}, {p, q.add(BigInteger.TWO)}, {InsecureKeys.SHORT_P, InsecureKeys.SHORT_Q}
        }) {
            assertThatThrownBy(() -> PaillierKeys.ofPrimes(KeyLength.BITS_2048, bad[0], bad[1], InsecureKeys.seed(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> PaillierKeys.ofPrimes(KeyLength.BITS_3072, p, q, InsecureKeys.seed(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(KeyLength.class)
    @Tag("slow")
    void freshKeysOfRealLengths(KeyLength length) {
        PaillierKeys keys = PaillierKeys.generate(length, InsecureKeys.seed(77), Workers.NONE);
        byte[] context = {1, 2, 3};
        PublicKey verified = PublicKey.verified(
                length, keys.publicKey().encoded(), keys.proof(context, InsecureKeys.seed(78)), context);
        BigInteger[] plaintexts = plaintexts(verified, 9);
        try (RandomizerPool pool =
                new RandomizerPool(FixedBaseRandomizers.shortExponents(verified, InsecureKeys.seed(79)), 4)) {
            byte[] wire = CiphertextBatch.encrypt(pool, plaintexts).encode();
            assertThat(keys.decrypt(CiphertextBatch.decode(keys.publicKey(), wire, 9), Workers.NONE))
                    .containsExactly(plaintexts);
        }
    }

    @Test
    void revealedPrimesMakeTheSameKey() {
        PaillierKeys keys = InsecureKeys.known();
        byte[] primes = keys.reveal();
        PaillierKeys again = PaillierKeys.ofRevealed(KeyLength.BITS_2048, primes, InsecureKeys.seed(12));
        assertThat(again.publicKey().modulus()).isEqualTo(keys.publicKey().modulus());
        primes[5] ^= 1;
        assertThatThrownBy(() -> PaillierKeys.ofRevealed(KeyLength.BITS_2048, primes, InsecureKeys.seed(12)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PaillierKeys.ofRevealed(
                        KeyLength.BITS_3072, InsecureKeys.known().reveal(), InsecureKeys.seed(12)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
