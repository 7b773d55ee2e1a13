package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.NttPrime;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batching modulo primes: encryption, products, relinearisation and switching against what they mean. */
class BgvTest {
    private static final int DEGREE = BgvParty.DEGREE;
    private final BgvParty party = new BgvParty(1);
    private final BgvParameters parameters = party.parameters;

    private static long[] decrypted(BgvParty party, CoefficientCiphertext ciphertext, long factor) {
        BgvLevel lowest = party.parameters.level(1, plaintext(party, ciphertext.level()));
        ciphertext.switchTo(lowest);
        int[] out = new int[DEGREE];
        try (SlotDecryptor decryptor = new SlotDecryptor(lowest, party.secret)) {
            decryptor.decrypt(ciphertext.toSend(), factor, DEGREE, out);
        }
        return java.util.Arrays.stream(out).asLongStream().toArray();
    }

    private static int plaintext(BgvParty party, BgvLevel level) {
        return level.plaintextPrime().equals(party.parameters.level(1, 0).plaintextPrime()) ? 0 : 1;
    }

    private static long[] integers(double[] slots) {
        long[] integers = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            integers[i] = (long) slots[i];
        }
        return integers;
    }

    private static CoefficientCiphertext alone(BgvLevel level, Ciphertext ciphertext) {
        ProductSums sums = new ProductSums(level, 1);
        sums.add(0, ciphertext);
        sums.compute(1);
        return sums.take(0);
    }

    /** The slots are the values at the roots, so products of polynomials modulo t are products slot by slot. */
    @Test
    void slotsMultiplyAsPolynomialsDo() {
        BgvLevel level = parameters.level(1, 0);
        NttPrime t = level.plaintextPrime();
        SlotEncoding encoding = new SlotEncoding(level);
        long[] a = new long[DEGREE];
        long[] b = new long[DEGREE];
        double[] left = new double[DEGREE];
        double[] right = new double[DEGREE];
        for (int i = 0; i < DEGREE; i++) {
            a[i] = party.prg.nextLong() >> 54;
            b[i] = i % 97 == 0 ? party.prg.nextLong() >> 54 : 0;
            left[i] = a[i];
            right[i] = b[i];
        }
        long[] product = new long[DEGREE];
        Schoolbook.multiplyAdd(a, b, product);
        encoding.toSlots(left);
        encoding.toSlots(right);
        for (int i = 0; i < DEGREE; i++) {
            left[i] = t.centred(BigInteger.valueOf((long) left[i]).multiply(BigInteger.valueOf((long) right[i])));
        }
        encoding.toCoefficients(left);
        for (int i = 0; i < DEGREE; i++) {
            assertThat(left[i]).isEqualTo(t.centred(BigInteger.valueOf(product[i])));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everyLevelDecrypts(int plaintext) {
        for (int limbs = 1; limbs <= parameters.chain(); limbs++) {
            BgvLevel level = parameters.level(limbs, plaintext);
            long t = level.plaintextPrime().value();
            double[] slots = party.slots(level);
            long[] wanted = integers(slots);
            new SlotEncoding(level).toCoefficients(slots);
            SeededCiphertext sent = party.encrypt(level, integers(slots));
            byte[] bytes = sent.encode();
            Ciphertext read = SeededCiphertext.decode(level, bytes, 0, bytes.length, "peer")
                    .expand();
            long[] got = decrypted(party, alone(level, read), parameters.dropped(plaintext, limbs, 1));
            for (int i = 0; i < DEGREE; i++) {
                assertThat(got[i]).isEqualTo(Math.floorMod(wanted[i], t));
            }
        }
    }

    /** (sum_k w_k x_k + b)^2 w + v y at two levels, both plaintext primes, as the network does it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void sumsSquaresAndProducts(int plaintext) {
        BgvLevel first = parameters.level(4, plaintext);
        BgvLevel middle = parameters.level(3, plaintext);
        BgvLevel last = parameters.level(2, plaintext);
        SlotEncoding encoding = new SlotEncoding(first);
        int terms = 17;
        ProductSums sums = new ProductSums(first, 2);
        long[] weights = new long[terms];
        double[][] inputs = new double[terms][];
        long bias = -777;
        for (int k = 0; k < terms; k++) {
            weights[k] = party.prg.nextLong() >> 56;
            inputs[k] = new double[DEGREE];
            for (int i = 0; i < DEGREE; i++) {
                inputs[k][i] = party.prg.nextLong() >>> 56;
            }
            sums.addProduct(
                    1, party.constant(first, weights[k]).expand(), encoding.multiplicand(first, inputs[k].clone()));
            if (k == 3) {
                sums.compute(2); // what is named later is added
            }
        }
        sums.add(1, party.constant(first, bias).expand());
        sums.compute(2);
        CoefficientCiphertext sum = sums.take(1);
        sum.switchTo(middle);
        Ciphertext value = sum.toEvaluation();
        ProductSums products = new ProductSums(middle, 1);
        products.addProduct(0, value, CiphertextMultiplier.ofSum(middle, List.of(value)));
        products.compute(1);
        CoefficientCiphertext square = products.relinearize(0, party.relinearization);
        square.switchTo(last);
        Ciphertext activation = square.toEvaluation();

        BigInteger t = BigInteger.valueOf(first.plaintextPrime().value());
        BigInteger before = BigInteger.valueOf(parameters.dropped(plaintext, 4, 3));
        long factor = before.multiply(before)
                .multiply(BigInteger.valueOf(parameters.dropped(plaintext, 3, 2)))
                .mod(t)
                .longValueExact();
        long w = -99;
        long v = 55;
        double[] other = party.slots(last);
        ProductSums ends = new ProductSums(last, 1);
        BigInteger coreWeight = BigInteger.valueOf(w).multiply(BigInteger.valueOf(factor));
        ends.addProduct(
                0,
                party.constant(last, coreWeight.mod(t).longValueExact()).expand(),
                CiphertextMultiplier.ofSum(last, List.of(activation, activation)));
        ends.compute(1);
        ends.addProduct(0, party.constant(last, v).expand(), encoding.multiplicand(last, other.clone()));
        ends.compute(1);
        FreshZero zero = FreshZero.draw(party.open, party.prg);
        ends.addZero(0, zero);
        CoefficientCiphertext result = ends.relinearize(0, party.relinearization);
        result.scale(3);
        double[] mask = encoding.uniform(party.prg);
        long[] masks = integers(mask);
        result.addSlots(encoding, mask);
        result.flood(zero, 20, party.prg);
        long[] got = decrypted(party, result, parameters.dropped(plaintext, 2, 1));
        for (int i = 0; i < DEGREE; i++) {
            long inner = bias;
            for (int k = 0; k < terms; k++) {
                inner += weights[k] * (long) inputs[k][i];
            }
            BigInteger expected = BigInteger.valueOf(inner)
                    .pow(2)
                    .multiply(BigInteger.valueOf(2 * w))
                    .add(BigInteger.valueOf(v).multiply(BigInteger.valueOf((long) other[i])))
                    .multiply(BigInteger.valueOf(3))
                    .add(BigInteger.valueOf(masks[i]))
                    .mod(t);
            assertThat(BigInteger.valueOf(got[i])).as("slot %d", i).isEqualTo(expected);
        }
        assertThatIllegalStateException().isThrownBy(() -> ends.take(0));
        assertThatIllegalStateException().isThrownBy(() -> ends.addZero(0, zero));
        assertThatIllegalStateException().isThrownBy(() -> ends.compute(1));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Ciphertext high = party.constant(parameters.level(4, 0), 1).expand();
        Ciphertext low = party.constant(parameters.level(2, 0), 1).expand();
        Ciphertext other = party.constant(parameters.level(2, 1), 1).expand();
        ProductSums sums = new ProductSums(parameters.level(2, 0), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> sums.add(0, high));
        assertThatIllegalArgumentException().isThrownBy(() -> sums.add(0, other));
        sums.add(0, low);
        sums.compute(1);
        CoefficientCiphertext sum = sums.take(0);
        assertThatIllegalArgumentException().isThrownBy(() -> sum.switchTo(parameters.level(3, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> sum.switchTo(parameters.level(1, 1)));
        // The key is for three primes.
        ProductSums fourth = new ProductSums(parameters.level(4, 0), 1);
        fourth.add(0, high);
        fourth.compute(1);
        assertThatIllegalArgumentException().isThrownBy(() -> fourth.relinearize(0, party.relinearization));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotDecryptor(parameters.level(2, 0), party.secret));
        Prg prg = party.prg;
        SecretKey small = SecretKey.generate(Party.small(1).parameters, prg);
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotDecryptor(parameters.level(1, 0), small));
        assertThatIllegalArgumentException().isThrownBy(() -> small.publicKey(parameters.level(1, 0), prg));
    }

    /** The whole modulus counts, special prime included. */
    @Test
    void insecureChainsAreRefused() {
        List<NttPrime> primes = NttPrime.below(48, DEGREE, 9);
        List<NttPrime> plaintext = NttPrime.below(30, DEGREE, 2);
        new BgvParameters(SecurityLevel.STANDARD, DEGREE, primes.subList(1, 8), primes.get(0), plaintext);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BgvParameters(
                        SecurityLevel.STANDARD, DEGREE, primes.subList(1, 9), primes.get(0), plaintext))
                .withMessageContaining("insecure");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BgvParameters(
                        SecurityLevel.STANDARD,
                        DEGREE,
                        primes.subList(1, 3),
                        primes.get(0),
                        List.of(primes.get(8), plaintext.get(0))))
                .withMessageContaining("plaintext prime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BgvParameters(
                        SecurityLevel.STANDARD,
                        DEGREE,
                        primes.subList(1, 3),
                        primes.get(0),
                        List.of(plaintext.get(0), plaintext.get(0))));
    }
}
