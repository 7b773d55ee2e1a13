package io.tacit.bench.kernel;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Mersenne61;
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

/** Arithmetic modulo 2^61 - 1: the plain twin beside the active one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class Mersenne61Jmh {
    private static final int ROWS = 256;
    private static final int INNER = 1024;
    private static final int COLUMNS = 256;
    private static final int VECTOR_LENGTH = 4096;

    private final ConvolutionGeometry geometry = ConvolutionGeometry.square(64, 32, 64, 3, 1, 1);
    private final long[] left = new long[ROWS * INNER];
    private final long[] right = new long[INNER * COLUMNS];
    private final long[] product = new long[ROWS * COLUMNS];
    private final long[] weights = new long[geometry.weightCount()];
    private final long[] image = new long[geometry.inputSize()];
    private final long[] output = new long[geometry.outputSize()];

    /** Random canonical values. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        for (long[] values : new long[][] {left, right, weights, image}) {
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextLong(Mersenne61.P);
            }
        }
    }

    private static LongArithmetic of(KernelProvider provider) {
        return provider.mersenne61();
    }

    private long[] multiply(KernelProvider provider) {
        of(provider).multiply(ROWS, INNER, COLUMNS, left, right, product, Workers.NONE);
        return product;
    }

    private long[] convolve(KernelProvider provider) {
        of(provider).convolve(geometry, 1, weights, image, 0, output, 0, Workers.NONE);
        return output;
    }

    private long[] add(KernelProvider provider) {
        of(provider).add(left, 0, right, 1, product, 0, VECTOR_LENGTH);
        return product;
    }

    private long[] hadamard(KernelProvider provider) {
        of(provider).hadamard(left, 0, right, 1, product, 0, VECTOR_LENGTH);
        return product;
    }

    private long dot(KernelProvider provider) {
        return of(provider).dot(left, 0, right, 1, VECTOR_LENGTH);
    }

    @Benchmark
    public long[] multiplyPlain() {
        return multiply(Kernels.plain());
    }

    @Benchmark
    public long[] multiplyActive() {
        return multiply(Kernels.active());
    }

    @Benchmark
    public long[] convolvePlain() {
        return convolve(Kernels.plain());
    }

    @Benchmark
    public long[] convolveActive() {
        return convolve(Kernels.active());
    }

    @Benchmark
    public long[] addPlain() {
        return add(Kernels.plain());
    }

    @Benchmark
    public long[] addActive() {
        return add(Kernels.active());
    }

    @Benchmark
    public long[] hadamardPlain() {
        return hadamard(Kernels.plain());
    }

    @Benchmark
    public long[] hadamardActive() {
        return hadamard(Kernels.active());
    }

    @Benchmark
    public long dotPlain() {
        return dot(Kernels.plain());
    }

    @Benchmark
    public long dotActive() {
        return dot(Kernels.active());
    }
}
