package io.tacit.crypto.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrimeFieldTest {
    private static final int CASES = 2_000;

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void elementsAgreeWithBigInteger(PrimeField field) {
        Random random = new Random(42);
        BigInteger p = BigInteger.valueOf(field.modulus());
        assertThat(p).isEqualTo(BigInteger.TWO.pow(field.bits()).subtract(BigInteger.ONE));
        for (int i = 0; i < CASES; i++) {
            long a = element(field, random);
            long b = element(field, random);
            BigInteger bigA = BigInteger.valueOf(a);
            BigInteger bigB = BigInteger.valueOf(b);
            assertThat(field.add(a, b)).isEqualTo(bigA.add(bigB).mod(p).longValueExact());
            assertThat(field.subtract(a, b))
                    .isEqualTo(bigA.subtract(bigB).mod(p).longValueExact());
            assertThat(field.multiply(a, b))
                    .as("%d * %d", a, b)
                    .isEqualTo(bigA.multiply(bigB).mod(p).longValueExact());
            if (a != 0) {
                assertThat(field.multiply(a, field.inverse(a))).isEqualTo(1);
            }
        }
        assertThatThrownBy(() -> field.inverse(0)).isInstanceOf(ArithmeticException.class);
    }

    private static long element(PrimeField field, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt(3);
            case 1 -> field.modulus() - 1 - random.nextInt(3);
            default -> Math.floorMod(random.nextLong(), field.modulus());
        };
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void vectorsAreComputedElementByElement(PrimeField field) {
        Random random = new Random(43);
        int length = 37;
        FieldVector a = field.zeros(length + 1);
        FieldVector b = field.zeros(length + 2);
        for (int i = 0; i < length; i++) {
            a.set(i + 1, element(field, random));
            b.set(i + 2, element(field, random));
        }
        FieldVector products = field.zeros(length + 2);
        FieldVector scaled = field.zeros(length + 2);
        long factor = element(field, random);
        field.hadamard(a, 1, b, 2, products, 1, length);
        field.scale(factor, a, 1, scaled, 1, length);
        long sum = 0;
        for (int i = 0; i < length; i++) {
            long product = field.multiply(a.get(i + 1), b.get(i + 2));
            assertThat(products.get(i + 1)).isEqualTo(product);
            assertThat(scaled.get(i + 1)).isEqualTo(field.multiply(factor, a.get(i + 1)));
            sum = field.add(sum, product);
        }
        assertThat(field.dot(a, 1, b, 2, length)).isEqualTo(sum);
        assertThat(products.get(0) + products.get(length + 1) + scaled.get(0) + scaled.get(length + 1))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void aDenseLayerIsAMatrixAndItsTransposeTheOther(PrimeField field) {
        Random random = new Random(44);
        int inputs = 5;
        int outputs = 3;
        ConvolutionGeometry dense = ConvolutionGeometry.dense(inputs, outputs);
        FieldVector weights = field.zeros(inputs * outputs);
        FieldVector input = field.zeros(inputs + 1);
        FieldVector row = field.zeros(outputs);
        for (int i = 0; i < weights.length(); i++) {
            weights.set(i, element(field, random));
        }
        for (int i = 0; i < inputs; i++) {
            input.set(i + 1, element(field, random));
        }
        for (int i = 0; i < outputs; i++) {
            row.set(i, element(field, random));
        }
        FieldVector output = field.zeros(outputs + 2);
        field.convolve(dense, 1, weights, input, 1, output, 2, Workers.NONE);
        for (int m = 0; m < outputs; m++) {
            assertThat(output.get(m + 2)).isEqualTo(field.dot(weights, m * inputs, input, 1, inputs));
        }
        FieldVector transposed = field.zeros(inputs);
        field.convolveTransposed(dense, weights, row, transposed, Workers.NONE);
        for (int i = 0; i < inputs; i++) {
            long sum = 0;
            for (int m = 0; m < outputs; m++) {
                sum = field.add(sum, field.multiply(row.get(m), weights.get(m * inputs + i)));
            }
            assertThat(transposed.get(i)).isEqualTo(sum);
        }
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void aDrawnShareIsTheGeneratorsResidues(PrimeField field) {
        int length = 50;
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg drawing = seed.generator("share");
                Prg same = seed.generator("share")) {
            FieldVector share = Shares.draw(field, length, drawing);
            long[] expected = new long[length];
            if (field == PrimeField.M31) {
                int[] residues = new int[length];
                same.fillMersenne31(residues, 0, length);
                Arrays.setAll(expected, i -> residues[i]);
            } else {
                same.fillMersenne61(expected, 0, length);
            }
            for (int i = 0; i < length; i++) {
                assertThat(share.get(i)).isEqualTo(expected[i]);
            }
        }
        assertThatThrownBy(() -> Shares.combine(field.zeros(3), field.zeros(4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shares.last(field.zeros(3), field.zeros(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new int[] {Shares.next(0), Shares.next(1), Shares.next(2)}).containsExactly(1, 2, 0);
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void signedIntegersComeBack(PrimeField field) {
        long most = field.largestSigned();
        long[] signed = {0, 1, -1, 2, -2, most, -most, most - 1, 1 - most, 12345, -54321};
        FieldVector vector = field.zeros(signed.length + 3);
        vector.encode(signed, 0, 2, signed.length);
        long[] back = new long[signed.length];
        vector.decode(2, back, 0, signed.length);
        assertThat(back).isEqualTo(signed);
        assertThat(vector.get(4)).isEqualTo(field.modulus() - 1);
        int[] small = {7, -7, 1 << 29, -(1 << 29)};
        vector.encode(small, 0, 1, small.length);
        int[] smallBack = new int[small.length];
        vector.decode(1, smallBack, 0, small.length);
        assertThat(smallBack).isEqualTo(small);
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void sharesOfEveryKindSumToTheSecret(PrimeField field) {
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("test")) {
            FieldVector secret = Shares.draw(field, 101, prg);
            FieldVector one = Shares.draw(field, 101, prg);
            FieldVector two = Shares.draw(field, 101, prg);
            FieldVector ofTwo = Shares.last(secret, one);
            FieldVector ofThree = Shares.last(secret, one, two);
            for (int i = 0; i < 101; i++) {
                assertThat(field.add(one.get(i), ofTwo.get(i))).isEqualTo(secret.get(i));
                assertThat(Shares.combine(one, two, ofThree).get(i)).isEqualTo(secret.get(i));
            }
            assertThatThrownBy(() -> Shares.last(secret, field.zeros(100)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void onlyCanonicalResiduesAreReceived(PrimeField field) {
        MemoryChannel.Pair pair = MemoryChannel.connect("a", "cloud-1", 1000);
        FieldVector sent = field.zeros(50);
        sent.fill(10, 20, field.modulus() - 1);
        sent.send(pair.right(), 5, 40);
        FieldVector received = field.zeros(45);
        received.receive(pair.left(), 3, 40, "test");
        assertThat(received.get(8)).isEqualTo(field.modulus() - 1);
        assertThat(received.get(2)).isZero();
        for (long outside : new long[] {field.modulus(), field.modulus() + 5, -1, Long.MIN_VALUE}) {
            if (field == PrimeField.M31) {
                Bulk.sendInts(pair.right(), new int[] {1, 2, (int) outside}, 0, 3);
            } else {
                Bulk.sendLongs(pair.right(), new long[] {1, 2, outside}, 0, 3);
            }
            boolean congruentButCanonical =
                    field == PrimeField.M31 && (int) outside >= 0 && (int) outside < field.modulus();
            if (congruentButCanonical) {
                received.receive(pair.left(), 0, 3, "test"); // the low half of Long.MIN_VALUE is 0
                continue;
            }
            assertThatThrownBy(() -> received.receive(pair.left(), 0, 3, "layer 1"))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.OUT_OF_RANGE));
            assertThat(received.get(0)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void fieldsDoNotMix(PrimeField field) {
        PrimeField other = field == PrimeField.M31 ? PrimeField.M61 : PrimeField.M31;
        FieldVector a = field.zeros(3);
        FieldVector b = other.zeros(3);
        assertThatThrownBy(() -> field.add(a, 0, b, 0, a, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> field.dot(b, 0, a, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.copy(b, 0, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.set(0, field.modulus())).isInstanceOf(IllegalArgumentException.class);
        assertThat(a.toString()).matches("[a-z.]+FieldVector@[0-9a-f]+");
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void bytesAndOrders(PrimeField field) {
        FieldVector a = field.zeros(5);
        for (int i = 0; i < 5; i++) {
            a.set(i, field.modulus() - 1 - i);
        }
        byte[] bytes = new byte[5 * field.bytesPerValue()];
        a.store(0, 5, bytes);
        FieldVector b = field.zeros(6);
        assertThat(b.load(bytes, 1, 5)).isTrue();
        assertThat(b.get(5)).isEqualTo(a.get(4));
        Arrays.fill(bytes, (byte) -1);
        assertThat(b.load(bytes, 1, 5)).isFalse();
        int[] order = {4, 2, 0, 1, 3};
        FieldVector gathered = field.zeros(5);
        FieldVector back = field.zeros(5);
        gathered.gather(a, 0, order, 0);
        back.scatter(gathered, 0, order, 0);
        assertThat(gathered.get(0)).isEqualTo(a.get(4));
        for (int i = 0; i < 5; i++) {
            assertThat(back.get(i)).isEqualTo(a.get(i));
        }
    }
}
