package io.tacit.bench.kernel;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.NttTable;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Lattice kernels modulo primes just below 2^49: the plain twin beside the active one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LatticeJmh {
    private static final int LIMBS = 3;
    private static final int RING_BITS = 32;

    /** N. */
    @Param({"4096", "8192", "16384"})
    public int degree;

    private NttTable table = new NttTable(NttTable.MIN_DEGREE, new NttPrime(12289));
    private RnsScale scale = new RnsScale(new RnsBasis(NttPrime.below(49, NttTable.MIN_DEGREE, LIMBS)), RING_BITS);
    private double[] left = new double[0];
    private double[] right = new double[0];
    private double[] limbs = new double[0];
    private long[] integers = new long[0];

    /** Random residues. */
    @Setup
    public void fill() {
        RnsBasis basis = new RnsBasis(NttPrime.below(49, degree, LIMBS));
        table = new NttTable(degree, basis.prime(0));
        scale = new RnsScale(basis, RING_BITS);
        SplittableRandom random = new SplittableRandom(1);
        left = residues(random, basis.last(), degree);
        right = residues(random, basis.last(), degree);
        limbs = residues(random, basis.last(), LIMBS * degree);
        integers = random.longs(degree).toArray();
    }

    private static double[] residues(SplittableRandom random, NttPrime prime, int length) {
        return random.longs(length, -prime.half(), prime.half() + 1)
                .mapToDouble(x -> x)
                .toArray();
    }

    private double[] forward(KernelProvider provider) {
        provider.transform().forward(left, 0, table);
        return left;
    }

    private double[] inverse(KernelProvider provider) {
        provider.transform().inverse(left, 0, table);
        return left;
    }

    private double[] multiply(KernelProvider provider) {
        provider.residues().multiply(table.prime(), left, 0, right, 0, limbs, 0, degree);
        return limbs;
    }

    private double[] encode(KernelProvider provider) {
        provider.rns().encode(scale, integers, 0, limbs, 0, degree, degree);
        return limbs;
    }

    private long[] decode(KernelProvider provider) {
        provider.rns().decode(scale, limbs, 0, degree, integers, 0, degree);
        return integers;
    }

    @Benchmark
    public double[] forwardPlain() {
        return forward(Kernels.plain());
    }

    @Benchmark
    public double[] forwardActive() {
        return forward(Kernels.active());
    }

    @Benchmark
    public double[] inversePlain() {
        return inverse(Kernels.plain());
    }

    @Benchmark
    public double[] inverseActive() {
        return inverse(Kernels.active());
    }

    @Benchmark
    public double[] multiplyPlain() {
        return multiply(Kernels.plain());
    }

    @Benchmark
    public double[] multiplyActive() {
        return multiply(Kernels.active());
    }

    @Benchmark
    public double[] encodePlain() {
        return encode(Kernels.plain());
    }

    @Benchmark
    public double[] encodeActive() {
        return encode(Kernels.active());
    }

    @Benchmark
    public long[] decodePlain() {
        return decode(Kernels.plain());
    }

    @Benchmark
    public long[] decodeActive() {
        return decode(Kernels.active());
    }
}
