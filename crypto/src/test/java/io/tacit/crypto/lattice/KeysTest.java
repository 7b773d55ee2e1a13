package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keys and single-use things allow and refuse. */
class KeysTest {

    @Test
    void twoEncryptionsShareNothing() {
        Party party = Party.small(1);
        long[] message = party.uniform(4096);
        Set<String> seen = new HashSet<>();
        byte[] first = party.encryptor.encrypt(message).encode();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = party.encryptor.encrypt(message).encode();
            assertThat(seen.add(Arrays.toString(bytes))).isTrue();
            assertThat(Arrays.copyOfRange(bytes, 8, 8 + Seed.BYTES))
                    .isNotEqualTo(Arrays.copyOfRange(first, 8, 8 + Seed.BYTES));
            // Unrelated bytes agree in one place of 256: 50000 bytes in about 200.
            int equal = 0;
            for (int j = 40; j < bytes.length; j++) {
                equal += bytes[j] == first[j] ? 1 : 0;
            }
            assertThat(equal).isLessThan(2 * bytes.length / 256);
        }
        long[] factor = party.sparse(10);
        assertThat(party.product(message, factor).encode())
                .isNotEqualTo(party.product(message, factor).encode());
    }

    @Test
    void anotherKeyDecryptsNothing() {
        Party one = Party.small(1);
        Party other = Party.small(2);
        assertThat(one.secret).isNotEqualTo(other.secret).isEqualTo(Party.small(1).secret);
        assertThat(one.secret.hashCode()).isEqualTo(other.secret.hashCode());
        long[] message = one.uniform(4096);
        long[] factor = new long[4096];
        factor[0] = 1;
        ReturnedCiphertext returned = one.product(message, factor);
        long[] right = new long[4096];
        long[] wrong = new long[4096];
        new Decryptor(one.secret).decrypt(returned, one.all(), right);
        new Decryptor(other.secret).decrypt(returned, one.all(), wrong);
        assertThat(right).isEqualTo(message);
        int equal = 0;
        for (int i = 0; i < 4096; i++) {
            equal += right[i] == wrong[i] ? 1 : 0;
        }
        assertThat(equal).isLessThan(30); // 4 by chance: 4096 values of ten bits
    }

    /** A zero under a key that is not the ciphertexts' makes the sum unreadable: keys of the two directions do not mix. */
    @Test
    void zeroUnderAnotherKeySpoilsTheSum() {
        Party one = Party.small(1);
        Party other = Party.small(2);
        long[] message = one.uniform(4096);
        long[] factor = new long[4096];
        factor[0] = 1;
        ProductAccumulator sum = new ProductAccumulator(one.parameters);
        sum.accumulate(one.encryptor.encrypt(message).expand(), PlaintextPolynomial.of(one.parameters, factor));
        ReturnedCiphertext returned = sum.finish(
                FreshZero.draw(other.open, one.prg), one.choice.returning(4096), one.all(), new long[4096], one.prg);
        long[] values = new long[4096];
        new Decryptor(one.secret).decrypt(returned, one.all(), values);
        assertThat(values).isNotEqualTo(message);
    }

    @Test
    void zerosAreUsedOnce() {
        Party party = Party.small(1);
        FreshZero zero = FreshZero.draw(party.open, party.prg);
        ReturnFormat format = party.choice.returning(1);
        ProductAccumulator sum = new ProductAccumulator(party.parameters);
        sum.finish(zero, format, new int[] {5}, new long[1], party.prg);
        assertThatIllegalStateException()
                .isThrownBy(() -> sum.finish(
                        FreshZero.draw(party.open, party.prg), format, new int[] {5}, new long[1], party.prg));
        sum.clear();
        assertThatIllegalStateException()
                .isThrownBy(() -> sum.finish(zero, format, new int[] {5}, new long[1], party.prg));
    }

    @Test
    void sumsBeyondTheProofAreRefused() {
        Party party = Party.small(1);
        PlaintextPolynomial full = PlaintextPolynomial.of(party.parameters, party.sparse(60));
        Ciphertext ciphertext = party.encryptor.encrypt(party.uniform(4096)).expand();
        ProductAccumulator sum = new ProductAccumulator(party.parameters);
        sum.accumulate(ciphertext, full);
        sum.accumulate(ciphertext, full);
        assertThatIllegalStateException()
                .isThrownBy(() -> sum.finish(
                        FreshZero.draw(party.open, party.prg),
                        party.choice.returning(1),
                        new int[] {0},
                        new long[1],
                        party.prg))
                .withMessageContaining("64");
    }

    @Test
    void wantedCoefficientsAreIncreasingAndWithin() {
        Party party = Party.small(1);
        ReturnFormat format = party.choice.returning(2);
        for (int[] wanted : new int[][] {{0}, {1, 1}, {2, 1}, {-1, 3}, {0, 4096}, {0, 1, 2}}) {
            ProductAccumulator sum = new ProductAccumulator(party.parameters);
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            sum.finish(FreshZero.draw(party.open, party.prg), format, wanted, new long[2], party.prg));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> party.choice.returning(0));
        assertThatIllegalArgumentException().isThrownBy(() -> party.choice.returning(4097));
    }

    @Test
    void wipedSecretsAreNotUsed() {
        Party party = Party.small(1);
        ReturnedCiphertext returned = party.product(party.uniform(4096), party.sparse(3));
        Decryptor decryptor = new Decryptor(party.secret);
        SecretKey key = party.secret;
        key.close();
        key.close();
        assertThatIllegalStateException().isThrownBy(() -> key.publicKey(party.prg));
        assertThatIllegalStateException().isThrownBy(() -> party.encryptor.encrypt(new long[4096]));
        assertThatIllegalStateException().isThrownBy(() -> decryptor.decrypt(returned, party.all(), new long[4096]));
    }

    @Test
    void otherRingsDoNotMix() {
        Party small = Party.small(1);
        Party large = new Party(
                ParameterChoice.atDegree(SecurityLevel.STANDARD, 8192, 10, 64, 58)
                        .orElseThrow(),
                1);
        LatticeParameters wider = small.parameters.withPlaintextBits(11);
        ProductAccumulator sum = new ProductAccumulator(small.parameters);
        Ciphertext ciphertext = small.encryptor.encrypt(new long[4096]).expand();
        PlaintextPolynomial factor = PlaintextPolynomial.of(wider, new long[4096]);
        assertThatIllegalArgumentException().isThrownBy(() -> sum.accumulate(ciphertext, factor));
        assertThatIllegalArgumentException().isThrownBy(() -> new Encryptor(large.parameters, small.secret, small.prg));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum.finish(
                        FreshZero.draw(large.open, small.prg),
                        small.choice.returning(1),
                        new int[] {0},
                        new long[1],
                        small.prg));
        assertThatIllegalArgumentException().isThrownBy(() -> small.encryptor.encrypt(new long[4095]));
        assertThatIllegalArgumentException().isThrownBy(() -> PlaintextPolynomial.of(small.parameters, new long[8192]));
    }

    /** No text of a secret: their toString is Object's. */
    @Test
    void secretsHaveNoText() throws NoSuchMethodException {
        for (Class<?> type : new Class<?>[] {
            SecretKey.class,
            PlaintextPolynomial.class,
            FreshZero.class,
            ProductAccumulator.class,
            PolynomialCoefficients.class,
            PolynomialEvaluation.class,
            Encryptor.class,
            Decryptor.class
        }) {
            assertThat(type.getMethod("toString").getDeclaringClass()).isEqualTo(Object.class);
        }
    }
}
