package io.tacit.bench.kernel;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.IntArithmetic;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * One thing to time, for any provider.
 *
 * @param kernel arithmetic and operation, such as {@code ring32 product}
 * @param size shape, for people
 * @param unit what is counted
 * @param count of units in one run
 * @param bind makes the run for a provider; its arrays are made once
 */
public record KernelCase(String kernel, String size, Unit unit, long count, Function<KernelProvider, Runnable> bind) {

    /** What a case counts. */
    public enum Unit {
        MULTIPLY_ACCUMULATE,
        ELEMENT,
        AND_GATE,
        TRANSFER,
        OPERATION
    }

    private static final int VECTOR_LENGTH = 4096;

    /** Products, convolutions and vector operations in all four arithmetics. */
    public static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        addInts(cases, "ring32", KernelProvider::ring32);
        addLongs(cases, "ring64", KernelProvider::ring64);
        addInts(cases, "mersenne31", KernelProvider::mersenne31);
        addLongs(cases, "mersenne61", KernelProvider::mersenne61);
        return List.copyOf(cases);
    }

    /** A convolution and how many images it runs on. */
    private record Layer(String name, ConvolutionGeometry geometry, int batch) {
        long multiplications() {
            return batch * geometry.multiplications();
        }
    }

    private static List<Layer> layers() {
        return List.of(
                new Layer("C1: 3x3 64->64 on 32x32", ConvolutionGeometry.square(64, 32, 64, 3, 1, 1), 1),
                new Layer("5x5 64->64 on 16x16", ConvolutionGeometry.square(64, 16, 64, 5, 1, 2), 1),
                new Layer("5x5 16->32 on 12x12", ConvolutionGeometry.square(16, 12, 32, 5, 1, 2), 1),
                new Layer("1x1 128->128 on 16x16", ConvolutionGeometry.square(128, 16, 128, 1, 1, 0), 1),
                new Layer(
                        "3x3 depthwise 64 on 32x32",
                        new ConvolutionGeometry(64, 32, 32, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 64),
                        1),
                new Layer("dense 4096->256, batch 1", ConvolutionGeometry.dense(4096, 256), 1),
                new Layer("dense 4096->256, batch 128", ConvolutionGeometry.dense(4096, 256), 128));
    }

    private static int[] ints(int length) {
        SplittableRandom random = new SplittableRandom(length);
        return random.ints(length, 0, Integer.MAX_VALUE).toArray();
    }

    private static long[] longs(int length) {
        SplittableRandom random = new SplittableRandom(length);
        return random.longs(length, 0, (1L << 61) - 1).toArray();
    }

    private static void addInts(List<KernelCase> cases, String name, Function<KernelProvider, IntArithmetic> of) {
        int rows = 256;
        int inner = 1024;
        int columns = 256;
        cases.add(new KernelCase(
                name + " product",
                "256 x 1024 x 256",
                Unit.MULTIPLY_ACCUMULATE,
                (long) rows * inner * columns,
                provider -> {
                    int[] a = ints(rows * inner);
                    int[] b = ints(inner * columns);
                    int[] c = new int[rows * columns];
                    return () -> of.apply(provider).multiply(rows, inner, columns, a, b, c, Workers.NONE);
                }));
        for (Layer layer : layers()) {
            cases.add(new KernelCase(
                    name + " convolution",
                    layer.name(),
                    Unit.MULTIPLY_ACCUMULATE,
                    layer.multiplications(),
                    provider -> {
                        ConvolutionGeometry g = layer.geometry();
                        int[] weights = ints(g.weightCount());
                        int[] input = ints(layer.batch() * g.inputSize());
                        int[] output = new int[layer.batch() * g.outputSize()];
                        return () -> of.apply(provider)
                                .convolve(g, layer.batch(), weights, input, 0, output, 0, Workers.NONE);
                    }));
        }
        Layer first = layers().get(0);
        cases.add(new KernelCase(
                name + " transposed convolution",
                first.name(),
                Unit.MULTIPLY_ACCUMULATE,
                first.multiplications(),
                provider -> {
                    ConvolutionGeometry g = first.geometry();
                    int[] weights = ints(g.weightCount());
                    int[] output = ints(g.outputSize());
                    int[] input = new int[g.inputSize()];
                    return () -> of.apply(provider).convolveTransposed(g, weights, output, input, Workers.NONE);
                }));
        int n = VECTOR_LENGTH;
        int[] a = ints(n);
        int[] b = ints(n + 1);
        int[] c = new int[n];
        int[] sink = new int[1];
        vector(cases, name, "dot product", p -> () -> sink[0] += of.apply(p).dot(a, 0, b, 1, n));
        vector(cases, name, "sum", p -> () -> of.apply(p).add(a, 0, b, 1, c, 0, n));
        vector(cases, name, "difference", p -> () -> of.apply(p).subtract(a, 0, b, 1, c, 0, n));
        vector(cases, name, "multiple", p -> () -> of.apply(p).scale(b[0], a, 0, c, 0, n));
        vector(cases, name, "elementwise product", p -> () -> of.apply(p).hadamard(a, 0, b, 1, c, 0, n));
        vector(cases, name, "from signed", p -> () -> of.apply(p).fromSigned(a, 0, c, 0, n));
        vector(cases, name, "to signed", p -> () -> of.apply(p).toSigned(a, 0, c, 0, n));
        vector(cases, name, "canonical check", p -> () -> sink[0] += of.apply(p).isCanonical(a, 0, n) ? 1 : 0);
    }

    private static void addLongs(List<KernelCase> cases, String name, Function<KernelProvider, LongArithmetic> of) {
        int rows = 256;
        int inner = 1024;
        int columns = 256;
        cases.add(new KernelCase(
                name + " product",
                "256 x 1024 x 256",
                Unit.MULTIPLY_ACCUMULATE,
                (long) rows * inner * columns,
                provider -> {
                    long[] a = longs(rows * inner);
                    long[] b = longs(inner * columns);
                    long[] c = new long[rows * columns];
                    return () -> of.apply(provider).multiply(rows, inner, columns, a, b, c, Workers.NONE);
                }));
        for (Layer layer : layers()) {
            cases.add(new KernelCase(
                    name + " convolution",
                    layer.name(),
                    Unit.MULTIPLY_ACCUMULATE,
                    layer.multiplications(),
                    provider -> {
                        ConvolutionGeometry g = layer.geometry();
                        long[] weights = longs(g.weightCount());
                        long[] input = longs(layer.batch() * g.inputSize());
                        long[] output = new long[layer.batch() * g.outputSize()];
                        return () -> of.apply(provider)
                                .convolve(g, layer.batch(), weights, input, 0, output, 0, Workers.NONE);
                    }));
        }
        Layer first = layers().get(0);
        cases.add(new KernelCase(
                name + " transposed convolution",
                first.name(),
                Unit.MULTIPLY_ACCUMULATE,
                first.multiplications(),
                provider -> {
                    ConvolutionGeometry g = first.geometry();
                    long[] weights = longs(g.weightCount());
                    long[] output = longs(g.outputSize());
                    long[] input = new long[g.inputSize()];
                    return () -> of.apply(provider).convolveTransposed(g, weights, output, input, Workers.NONE);
                }));
        int n = VECTOR_LENGTH;
        long[] a = longs(n);
        long[] b = longs(n + 1);
        long[] c = new long[n];
        long[] sink = new long[1];
        vector(cases, name, "dot product", p -> () -> sink[0] += of.apply(p).dot(a, 0, b, 1, n));
        vector(cases, name, "sum", p -> () -> of.apply(p).add(a, 0, b, 1, c, 0, n));
        vector(cases, name, "difference", p -> () -> of.apply(p).subtract(a, 0, b, 1, c, 0, n));
        vector(cases, name, "multiple", p -> () -> of.apply(p).scale(b[0], a, 0, c, 0, n));
        vector(cases, name, "elementwise product", p -> () -> of.apply(p).hadamard(a, 0, b, 1, c, 0, n));
        vector(cases, name, "from signed", p -> () -> of.apply(p).fromSigned(a, 0, c, 0, n));
        vector(cases, name, "to signed", p -> () -> of.apply(p).toSigned(a, 0, c, 0, n));
        vector(cases, name, "canonical check", p -> () -> sink[0] += of.apply(p).isCanonical(a, 0, n) ? 1 : 0);
    }

    private static void vector(
            List<KernelCase> cases, String arithmetic, String operation, Function<KernelProvider, Runnable> bind) {
        cases.add(new KernelCase(
                arithmetic + " " + operation, VECTOR_LENGTH + " values", Unit.ELEMENT, VECTOR_LENGTH, bind));
    }
}
