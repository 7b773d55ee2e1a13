package io.tacit.bench.kernel;

import io.tacit.kernel.Montgomery;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Multiplication modulo the square of an odd number, time of one product: the plain twin beside the active one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MontgomeryJmh {
    private static final int COUNT = 64;
    private static final int SQUARINGS = 16;

    /** Modulo p^2 and N^2 of Paillier keys of 2048 and 3072 bits. */
    @Param({"2048", "4096", "6144"})
    public int bits;

    private final int[] all = IntStream.range(0, COUNT).toArray();
    private Operands plain = new Operands(
            Kernels.plain().montgomeryOfSquare(BigInteger.ONE.shiftLeft(255).add(BigInteger.ONE)));
    private Operands active = plain;

    /** Residues of one twin. */
    private static final class Operands {
        final Montgomery ring;
        final long[] left;
        final long[] right;
        final long[] product;

        Operands(Montgomery ring) {
            this.ring = ring;
            left = new long[COUNT * ring.longs()];
            right = new long[COUNT * ring.longs()];
            product = new long[COUNT * ring.longs()];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < COUNT; i++) {
                ring.load(number(random, ring.modulus()), left, i);
                ring.load(number(random, ring.modulus()), right, i);
            }
        }

        private static BigInteger number(SplittableRandom random, BigInteger bound) {
            byte[] bytes = new byte[bound.bitLength() / Byte.SIZE + 1];
            random.nextBytes(bytes);
            return new BigInteger(1, bytes).mod(bound);
        }
    }

    /** Random residues modulo the square of a random odd number. */
    @Setup
    public void fill() {
        byte[] bytes = new byte[bits / 2 / Byte.SIZE];
        new SplittableRandom(2).nextBytes(bytes);
        BigInteger root = new BigInteger(1, bytes).setBit(bits / 2 - 1).setBit(0);
        plain = new Operands(Kernels.plain().montgomeryOfSquare(root));
        active = new Operands(Kernels.active().montgomeryOfSquare(root));
    }

    private long[] multiply(Operands on) {
        on.ring.multiply(on.left, all, on.right, all, on.product, all, COUNT);
        return on.product;
    }

    private long[] square(Operands on) {
        on.ring.square(on.left, all, SQUARINGS, on.product, all, COUNT);
        return on.product;
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long[] multiplyPlain() {
        return multiply(plain);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long[] multiplyActive() {
        return multiply(active);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT * SQUARINGS)
    public long[] squarePlain() {
        return square(plain);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT * SQUARINGS)
    public long[] squareActive() {
        return square(active);
    }
}
