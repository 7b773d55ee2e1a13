package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.random.Prg;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encrypt, multiply, hide, return, decrypt: exactly the sum of products modulo 2^l, whatever is multiplied. */
class MaskedProductTest {
    private static final int STATISTICAL_BITS = 58;

    @ParameterizedTest
    @CsvSource({
        "8, 4096, 2, 100",
        "20, 8192, 1, 8192",
        "22, 8192, 3, 500",
        "32, 8192, 1, 3000",
        "40, 8192, 2, 64",
        "52, 8192, 1, 5",
        "51, 16384, 1, 50",
        "33, 32768, 1, 20"
    })
    void decryptsTheSumPlusTheSummand(int bits, int degree, int products, int terms) {
        for (Fill fill : Fill.values()) {
            Prg prg = Party.seed(bits).generator("test " + fill);
            ParameterChoice choice = ParameterChoice.atDegree(
                            SecurityLevel.STANDARD, degree, bits, (long) products * terms, STATISTICAL_BITS)
                    .orElseThrow();
            LatticeParameters parameters = choice.parameters();
            SecretKey secret = SecretKey.generate(parameters, prg);
            PublicKey open = PublicKey.decode(parameters, secret.publicKey(prg).encode(), "peer");
            Encryptor encryptor = new Encryptor(parameters, secret, prg);
            ProductAccumulator sum = new ProductAccumulator(parameters);
            long[] expected = new long[degree];
            for (int k = 0; k < products; k++) {
                long[] message = fill.values(prg, degree, bits, degree);
                long[] factor = fill.values(prg, degree, bits, terms);
                byte[] wire = encryptor.encrypt(message).encode();
                sum.accumulate(
                        SeededCiphertext.decode(parameters, wire, 0, wire.length, "peer")
                                .expand(),
                        PlaintextPolynomial.of(parameters, factor));
                Schoolbook.multiplyAdd(message, factor, expected);
            }
            int count = 1 + prg.nextBelow(degree);
            int[] wanted = Arrays.copyOf(prg.permutation(degree), count);
            Arrays.sort(wanted);
            long[] summand = fill.values(prg, count, bits, count);
            ReturnFormat format = choice.returning(count);
            byte[] wire = sum.finish(FreshZero.draw(open, prg), format, wanted, summand, prg)
                    .encode();
            long[] decrypted = new long[count];
            new Decryptor(secret)
                    .decrypt(ReturnedCiphertext.decode(format, wire, 0, wire.length, "peer"), wanted, decrypted);
            long mask = (1L << bits) - 1;
            for (int j = 0; j < count; j++) {
                assertThat(decrypted[j])
                        .as("%s %s coefficient %s", choice.parameters(), fill, wanted[j])
                        .isEqualTo(expected[wanted[j]] + summand[j] & mask);
            }
        }
    }

    /** What polynomials are filled with. */
    enum Fill {
        UNIFORM,
        LARGEST,
        SMALLEST;

        /** The first {@code terms} of {@code length} values are not zero. */
        long[] values(Prg prg, int length, int bits, int terms) {
            long[] values = new long[length];
            for (int i = 0; i < terms; i++) {
                values[i] = switch (this) {
                    case UNIFORM -> prg.nextLong();
                    case LARGEST -> (1L << bits - 1) - 1;
                    case SMALLEST -> 1L << bits - 1;
                };
            }
            return values;
        }
    }
}
