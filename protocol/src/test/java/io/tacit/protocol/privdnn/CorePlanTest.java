package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters of the networks of the paper. */
class CorePlanTest {
    private static CoreShape lenet(int first, int second, BigInteger bound) {
        return new CoreShape(
                ConvolutionGeometry.square(1, 28, 6, 5, 1, 0),
                2,
                ConvolutionGeometry.square(6, 12, 16, 5, 1, 0),
                1,
                IntStream.range(0, first).boxed().toList(),
                IntStream.range(0, second).boxed().toList(),
                bound);
    }

    private static CoreShape vgg16(int core) {
        List<Integer> channels = IntStream.range(0, core).boxed().toList();
        return new CoreShape(
                ConvolutionGeometry.square(3, 32, 64, 3, 1, 1),
                1,
                ConvolutionGeometry.square(64, 32, 64, 3, 1, 1),
                1,
                channels,
                channels,
                BigInteger.ONE.shiftLeft(56));
    }

    /** GTSRB's AlexNet. */
    private static CoreShape alexNet(int first, int second) {
        return new CoreShape(
                ConvolutionGeometry.square(3, 32, 96, 5, 1, 1),
                2,
                ConvolutionGeometry.square(96, 15, 256, 3, 1, 1),
                1,
                IntStream.range(0, first).boxed().toList(),
                IntStream.range(0, second).boxed().toList(),
                BigInteger.ONE.shiftLeft(60));
    }

    /** Tiny-ImageNet's ResNet18-like network. */
    private static CoreShape resNet18(int core) {
        List<Integer> channels = IntStream.range(0, core).boxed().toList();
        return new CoreShape(
                ConvolutionGeometry.square(3, 64, 64, 3, 1, 1),
                1,
                ConvolutionGeometry.square(64, 64, 64, 3, 1, 1),
                1,
                channels,
                channels,
                BigInteger.ONE.shiftLeft(60));
    }

    /** EMNIST's LeNet-5, with its pools after both convolutions. */
    private static CoreShape emnist(int first, int second) {
        return new CoreShape(
                ConvolutionGeometry.square(1, 28, 10, 5, 1, 0),
                2,
                ConvolutionGeometry.square(10, 12, 20, 5, 1, 0),
                2,
                IntStream.range(0, first).boxed().toList(),
                IntStream.range(0, second).boxed().toList(),
                BigInteger.ONE.shiftLeft(60));
    }

    @ParameterizedTest
    @EnumSource
    void chainsAreSecureAndHoldTheResults(Mode mode) {
        BigInteger bound =
                BigInteger.TWO.pow(57).multiply(BigInteger.valueOf(7)).shiftRight(2);
        for (CoreShape shape : List.of(
                lenet(1, 1, bound),
                lenet(6, 16, bound),
                emnist(1, 3),
                emnist(10, 20),
                vgg16(10),
                vgg16(64),
                alexNet(1, 1),
                alexNet(96, 256),
                resNet18(1),
                resNet18(64))) {
            CorePlan plan = CorePlan.of(shape, mode);
            System.out.printf(
                    "%s, %d and %d filters: %s%n",
                    mode, shape.firstCore().size(), shape.secondCore().size(), plan.describe());
            assertThat(plan.parameters().keys().modulus().bitLength())
                    .isLessThanOrEqualTo(SecurityLevel.STANDARD.maxModulusBits(plan.slots()));
            assertThat(BigInteger.valueOf(plan.modulus()))
                    .isGreaterThan(shape.outputBound().shiftLeft(1).multiply(BigInteger.valueOf(plan.maxScale())))
                    .isLessThan(BigInteger.ONE.shiftLeft(62));
            assertThat(plan.maxScale()).isPositive();
        }
    }

    @Test
    void flooding() {
        CorePlan plan = CorePlan.of(lenet(1, 4, BigInteger.ONE.shiftLeft(57)), Mode.HARDENED);
        // 40 bits, and 23 for 2 primes x 4 filters x 64 positions x 16384 slots, over the noise.
        double noiseBits = Math.log(plan.levels().secondValue() / plan.prime(0)) / Math.log(2);
        assertThat(plan.levels().floodBits()).isBetween((int) noiseBits + 63, (int) noiseBits + 64);
    }

    /** Keys of two rings with the same errors would tell the secret key by their difference. */
    @Test
    void oneSeedServesTwoRings() {
        CoreShape shape = lenet(1, 1, BigInteger.ONE.shiftLeft(57));
        Set<String> drawn = new HashSet<>();
        Set<Integer> levels = new HashSet<>();
        try (Seed seed = Seed.of(new byte[Seed.BYTES])) {
            for (Mode mode : Mode.values()) {
                CorePlan plan = CorePlan.of(shape, mode);
                levels.add(plan.levels().square());
                try (CoreOwner owner = new CoreOwner(plan, seed)) {
                    for (byte[] key : List.of(owner.publicKey(), owner.relinearizationKey())) {
                        // fingerprint of the ring, seed of the uniform polynomial
                        drawn.add(HexFormat.of()
                                .formatHex(key, RnsRing.FINGERPRINT_BYTES, RnsRing.FINGERPRINT_BYTES + Seed.BYTES));
                    }
                }
            }
        }
        assertThat(levels).hasSize(2);
        assertThat(drawn).hasSize(4);
    }

    @Test
    void resultsThatAreTooLargeAreRefusedByNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorePlan.of(lenet(1, 1, BigInteger.ONE.shiftLeft(63)), Mode.HARDENED))
                .withMessageContaining("64 bits");
        CorePlan.of(lenet(1, 1, BigInteger.ONE.shiftLeft(60)), Mode.PUBLISHED);
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        ConvolutionGeometry first = ConvolutionGeometry.square(1, 28, 6, 5, 1, 0);
        ConvolutionGeometry second = ConvolutionGeometry.square(6, 12, 16, 5, 1, 0);
        BigInteger bound = BigInteger.TEN;
        List<Integer> one = List.of(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoreShape(first, 1, second, 1, one, one, bound))
                .withMessageContaining("24 x 24");
        for (List<Integer> bad :
                List.<List<Integer>>of(List.of(), List.of(6), List.of(1, 1), List.of(2, 1), List.of(-1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new CoreShape(first, 2, second, 1, bad, one, bound));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new CoreShape(first, 2, second, 9, one, one, bound));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoreShape(first, 2, second, 1, one, one, BigInteger.ONE.negate()));
    }
}
