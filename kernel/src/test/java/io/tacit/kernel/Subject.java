package io.tacit.kernel;

import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One arithmetic of one twin, with what a test must know of it.
 *
 * @param modulus of the arithmetic
 * @param field whether canonical values are 0 .. modulus - 1; else they are two's complement words
 */
record Subject(String name, LongArithmetic arithmetic, BigInteger modulus, boolean field) {

    static List<Subject> all() {
        List<Subject> subjects = new ArrayList<>();
        List<KernelProvider> providers = new ArrayList<>(List.of(Kernels.plain()));
        if (Kernels.active() != Kernels.plain()) {
            providers.add(Kernels.active());
        }
        for (KernelProvider twin : providers) {
            subjects.addAll(of(twin));
        }
        return subjects;
    }

    static List<Subject> of(KernelProvider twin) {
        String name = twin.description();
        return List.of(
                new Subject(name + " ring32", new Widened(twin.ring32()), BigInteger.ONE.shiftLeft(32), false),
                new Subject(name + " ring64", twin.ring64(), BigInteger.ONE.shiftLeft(64), false),
                new Subject(
                        name + " mersenne31", new Widened(twin.mersenne31()), BigInteger.valueOf(Mersenne31.P), true),
                new Subject(name + " mersenne61", twin.mersenne61(), BigInteger.valueOf(Mersenne61.P), true));
    }

    /** The canonical value congruent to an integer. */
    long canonical(BigInteger value) {
        BigInteger residue = value.mod(modulus);
        boolean negative = !field && residue.testBit(modulus.bitLength() - 2);
        return (negative ? residue.subtract(modulus) : residue).longValueExact();
    }

    long least() {
        return field ? 0 : modulus.shiftRight(1).negate().longValueExact();
    }

    long greatest() {
        return least() + modulus.subtract(BigInteger.ONE).longValue();
    }

    long[] random(Random random, int length) {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = canonical(new BigInteger(80, random));
        }
        return values;
    }

    /** Constant arrays of the values at which bounds and carries break, and mixtures of them. */
    List<long[]> extremes(Random random, int length) {
        long half = modulus.shiftRight(1).longValue();
        long[] points = {
            least(),
            greatest(),
            canonical(BigInteger.valueOf(half)),
            canonical(BigInteger.valueOf(half + 1)),
            canonical(BigInteger.valueOf(-1)),
            canonical(BigInteger.ONE),
            canonical(BigInteger.valueOf((1L << 20) + (1L << 15))),
            canonical(BigInteger.ONE.shiftLeft(41).subtract(BigInteger.ONE)),
        };
        List<long[]> cases = new ArrayList<>();
        for (long point : points) {
            long[] constant = new long[length];
            Arrays.fill(constant, point);
            cases.add(constant);
        }
        long[] mixed = new long[length];
        for (int i = 0; i < length; i++) {
            mixed[i] = points[random.nextInt(points.length)];
        }
        cases.add(mixed);
        return cases;
    }

    @Override
    public String toString() {
        return name;
    }
}
