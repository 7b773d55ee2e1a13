package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on vectors, every arithmetic of every twin, on lengths 0 to 1025 and on extremes. */
class VectorOperationsTest {
    private static final int[] LENGTHS = {
        0, 1, 2, 3, 5, 7, 8, 11, 13, 15, 16, 17, 31, 32, 33, 61, 64, 67, 127, 128, 257, 509, 1009, 1023, 1024, 1025
    };

    static List<Subject> subjects() {
        return Subject.all();
    }

    private interface Scalar {
        BigInteger of(BigInteger x, BigInteger y);
    }

    private interface Binary {
        void run(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length);
    }

    private static List<long[]> inputs(Subject subject, Random random, int length) {
        List<long[]> inputs = new ArrayList<>(List.of(subject.random(random, length)));
        if (length <= 67 || length == 1025) {
            inputs.addAll(subject.extremes(random, length));
        }
        return inputs;
    }

    private static void check(Subject subject, Binary operation, Scalar definition) {
        Random random = new Random(5);
        for (int length : LENGTHS) {
            for (long[] a : inputs(subject, random, length)) {
                for (long[] b :
                        length > 67 ? List.of(subject.random(random, length)) : inputs(subject, random, length)) {
                    long[] expected = new long[length];
                    for (int i = 0; i < length; i++) {
                        expected[i] =
                                subject.canonical(definition.of(BigInteger.valueOf(a[i]), BigInteger.valueOf(b[i])));
                    }
                    long[] aShifted = new long[length + 1];
                    System.arraycopy(a, 0, aShifted, 1, length);
                    long[] c = new long[length + 3];
                    Arrays.fill(c, 77);
                    operation.run(aShifted, 1, b, 0, c, 2, length);
                    assertThat(Arrays.copyOfRange(c, 2, 2 + length))
                            .as("%s length %d", subject, length)
                            .isEqualTo(expected);
                    assertThat(new long[] {c[0], c[1], c[length + 2]}).containsOnly(77);
                    long[] inPlace = a.clone();
                    operation.run(inPlace, 0, b, 0, inPlace, 0, length);
                    assertThat(inPlace).isEqualTo(expected);
                    inPlace = b.clone();
                    operation.run(a, 0, inPlace, 0, inPlace, 0, length);
                    assertThat(inPlace).isEqualTo(expected);
                }
            }
        }
        assertThatThrownBy(() -> operation.run(new long[40], 0, new long[40], 1, new long[40], 0, 40))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void add(Subject subject) {
        check(subject, subject.arithmetic()::add, BigInteger::add);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void subtract(Subject subject) {
        check(subject, subject.arithmetic()::subtract, BigInteger::subtract);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void hadamard(Subject subject) {
        check(subject, subject.arithmetic()::hadamard, BigInteger::multiply);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scale(Subject subject) {
        Random random = new Random(6);
        for (int length : LENGTHS) {
            for (long[] a : inputs(subject, random, length)) {
                for (long factor : subject.extremes(random, 3).get(8)) {
                    long[] expected = new long[length];
                    for (int i = 0; i < length; i++) {
                        expected[i] =
                                subject.canonical(BigInteger.valueOf(factor).multiply(BigInteger.valueOf(a[i])));
                    }
                    long[] c = new long[length + 3];
                    subject.arithmetic().scale(factor, a, 0, c, 2, length);
                    assertThat(Arrays.copyOfRange(c, 2, 2 + length)).isEqualTo(expected);
                    assertThat(c[length + 2]).isZero();
                    long[] inPlace = a.clone();
                    subject.arithmetic().scale(factor, inPlace, 0, inPlace, 0, length);
                    assertThat(inPlace).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void dot(Subject subject) {
        Random random = new Random(8);
        for (int length : LENGTHS) {
            for (long[] a : inputs(subject, random, length)) {
                for (long[] b : inputs(subject, random, length)) {
                    BigInteger sum = BigInteger.ZERO;
                    for (int i = 0; i < length; i++) {
                        sum = sum.add(BigInteger.valueOf(a[i]).multiply(BigInteger.valueOf(b[i])));
                    }
                    long[] shifted = new long[length + 3];
                    System.arraycopy(b, 0, shifted, 3, length);
                    assertThat(subject.arithmetic().dot(a, 0, shifted, 3, length))
                            .as("%s length %d", subject, length)
                            .isEqualTo(subject.canonical(sum));
                }
            }
        }
        assertThatThrownBy(() -> subject.arithmetic().dot(new long[40], 0, new long[40], 1, 40))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void signedIntegersAndResidues(Subject subject) {
        Random random = new Random(9);
        for (int length : LENGTHS) {
            for (long[] residues : inputs(subject, random, length)) {
                long[] signed = new long[length + 1];
                subject.arithmetic().toSigned(residues, 0, signed, 1, length);
                for (int i = 0; i < length; i++) {
                    BigInteger value = BigInteger.valueOf(signed[i + 1]);
                    assertThat(subject.canonical(value)).isEqualTo(residues[i]);
                    assertThat(value.shiftLeft(1).abs()).isLessThanOrEqualTo(subject.modulus());
                }
                long[] back = new long[length + 2];
                subject.arithmetic().fromSigned(signed, 1, back, 2, length);
                assertThat(Arrays.copyOfRange(back, 2, 2 + length)).isEqualTo(residues);
            }
        }
        // any word, not only those of least absolute value
        long[] words = {0, 1, -1, 2, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1L, 12345, -98765};
        if (subject.modulus().bitLength() > 33) {
            words[7] = Long.MIN_VALUE;
            words[8] = Long.MAX_VALUE;
        }
        for (int repeat = 0; repeat < 5; repeat++) {
            long[] many = new long[words.length * 7 + repeat];
            for (int i = 0; i < many.length; i++) {
                many[i] = words[i % words.length];
            }
            long[] residues = new long[many.length];
            subject.arithmetic().fromSigned(many, 0, residues, 0, many.length);
            for (int i = 0; i < many.length; i++) {
                assertThat(residues[i]).isEqualTo(subject.canonical(BigInteger.valueOf(many[i])));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void oneValueThatIsNotCanonicalIsFoundWhereverItIs(Subject subject) {
        Random random = new Random(10);
        for (int length : LENGTHS) {
            for (long[] values : inputs(subject, random, length)) {
                assertThat(subject.arithmetic().isCanonical(values, 0, length)).isTrue();
            }
            if (!subject.field() || length == 0) {
                continue;
            }
            long p = subject.modulus().longValue();
            for (long bad : new long[] {-1, p, Integer.MIN_VALUE, -p}) {
                long[] values = subject.random(random, length + 1);
                int at = random.nextInt(length);
                values[at] = bad;
                assertThat(subject.arithmetic().isCanonical(values, 0, length)).isFalse();
                assertThat(subject.arithmetic().isCanonical(values, at + 1, length - at))
                        .isTrue();
            }
        }
        if (subject.field() && subject.modulus().bitLength() > 33) {
            for (long bad : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
                assertThat(subject.arithmetic().isCanonical(new long[] {0, bad}, 0, 2))
                        .isFalse();
            }
        }
    }
}
