package io.tacit.bench.kernel;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.IntArithmetic;
import io.tacit.kernel.Workers;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Arithmetic modulo 2^32: the plain twin beside the active one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class Ring32Jmh {
    private static final int ROWS = 256;
    private static final int INNER = 1024;
    private static final int COLUMNS = 256;
    private static final int VECTOR_LENGTH = 4096;

    private final ConvolutionGeometry geometry = ConvolutionGeometry.square(64, 32, 64, 3, 1, 1);
    private final int[] left = new int[ROWS * INNER];
    private final int[] right = new int[INNER * COLUMNS];
    private final int[] product = new int[ROWS * COLUMNS];
    private final int[] weights = new int[geometry.weightCount()];
    private final int[] image = new int[geometry.inputSize()];
    private final int[] output = new int[geometry.outputSize()];

    /** Random canonical values. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        for (int[] values : new int[][] {left, right, weights, image}) {
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt();
            }
        }
    }

    private static IntArithmetic of(KernelProvider provider) {
        return provider.ring32();
    }

    private int[] multiply(KernelProvider provider) {
        of(provider).multiply(ROWS, INNER, COLUMNS, left, right, product, Workers.NONE);
        return product;
    }

    private int[] convolve(KernelProvider provider) {
        of(provider).convolve(geometry, 1, weights, image, 0, output, 0, Workers.NONE);
        return output;
    }

    private int[] add(KernelProvider provider) {
        of(provider).add(left, 0, right, 1, product, 0, VECTOR_LENGTH);
        return product;
    }

    private int[] hadamard(KernelProvider provider) {
        of(provider).hadamard(left, 0, right, 1, product, 0, VECTOR_LENGTH);
        return product;
    }

    private int dot(KernelProvider provider) {
        return of(provider).dot(left, 0, right, 1, VECTOR_LENGTH);
    }

    @Benchmark
    public int[] multiplyPlain() {
        return multiply(Kernels.plain());
    }

    @Benchmark
    public int[] multiplyActive() {
        return multiply(Kernels.active());
    }

    @Benchmark
    public int[] convolvePlain() {
        return convolve(Kernels.plain());
    }

    @Benchmark
    public int[] convolveActive() {
        return convolve(Kernels.active());
    }

    @Benchmark
    public int[] addPlain() {
        return add(Kernels.plain());
    }

    @Benchmark
    public int[] addActive() {
        return add(Kernels.active());
    }

    @Benchmark
    public int[] hadamardPlain() {
        return hadamard(Kernels.plain());
    }

    @Benchmark
    public int[] hadamardActive() {
        return hadamard(Kernels.active());
    }

    @Benchmark
    public int dotPlain() {
        return dot(Kernels.plain());
    }

    @Benchmark
    public int dotActive() {
        return dot(Kernels.active());
    }
}
