package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every arithmetic of every twin against its definition. */
class ProductsTest {
    private static ExecutorService executor = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() {
        executor = Executors.newFixedThreadPool(3);
    }

    @AfterAll
    static void stop() {
        executor.shutdownNow();
    }

    static List<Subject> subjects() {
        return Subject.all();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void matrixProductsOfRandomShapes(Subject subject) {
        matrixProducts(subject, 30);
    }

    private static void matrixProducts(Subject subject, int cases) {
        for (int seed = 0; seed < cases; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(seed % 3 == 0 ? 40 : 9);
            int inner = 1 + random.nextInt(seed % 4 == 0 ? 600 : 40);
            int columns = 1 + random.nextInt(seed % 5 == 0 ? 150 : 40);
            long[] a = subject.random(random, rows * inner);
            long[] b = subject.random(random, inner * columns);
            checkProduct(subject, rows, inner, columns, a, b, "seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void matrixProductsOfExtremes(Subject subject) {
        Random random = new Random(7);
        int rows = 9;
        int inner = 521; // more than two blocks of the inner dimension
        int columns = 19;
        for (long[] a : subject.extremes(random, rows * inner)) {
            for (long[] b : subject.extremes(random, inner * columns)) {
                checkProduct(subject, rows, inner, columns, a, b, "a " + a[0] + " b " + b[0]);
            }
        }
    }

    private static void checkProduct(
            Subject subject, int rows, int inner, int columns, long[] a, long[] b, String what) {
        long[] c = new long[rows * columns];
        subject.arithmetic().multiply(rows, inner, columns, a, b, c, Workers.NONE);
        assertThat(c)
                .as("%s: %d x %d x %d, %s", subject, rows, inner, columns, what)
                .isEqualTo(Naive.multiply(subject, rows, inner, columns, a, b));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void emptyProducts(Subject subject) {
        long[] c = {5, 5, 5, 5, 5, 5};
        subject.arithmetic().multiply(2, 0, 3, new long[0], new long[0], c, Workers.NONE);
        assertThat(c).containsOnly(0);
        subject.arithmetic().multiply(0, 2, 3, new long[0], new long[6], new long[0], Workers.NONE);
        subject.arithmetic().multiply(2, 3, 0, new long[6], new long[0], new long[0], Workers.NONE);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void tooSmallArraysAreRefused(Subject subject) {
        assertThatThrownBy(() ->
                        subject.arithmetic().multiply(2, 3, 4, new long[6], new long[11], new long[8], Workers.NONE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() ->
                        subject.arithmetic().multiply(-1, -1, 1, new long[1], new long[1], new long[1], Workers.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        ConvolutionGeometry g = ConvolutionGeometry.square(2, 5, 3, 3, 1, 1);
        assertThatThrownBy(() -> subject.arithmetic()
                        .convolve(g, 2, new long[54], new long[100], 1, new long[150], 0, Workers.NONE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> subject.arithmetic()
                        .convolveTransposed(g, new long[54], new long[74], new long[50], Workers.NONE))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    static ConvolutionGeometry randomGeometry(Random random) {
        while (true) {
            int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
            int perGroup = 1 + random.nextInt(4);
            boolean depthwise = random.nextInt(5) == 0;
            try {
                return new ConvolutionGeometry(
                        groups * (depthwise ? 1 : perGroup),
                        1 + random.nextInt(13),
                        1 + random.nextInt(19),
                        groups * (1 + random.nextInt(depthwise ? 2 : 11)),
                        1 + random.nextInt(5),
                        1 + random.nextInt(5),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        random.nextInt(4),
                        random.nextInt(4),
                        random.nextInt(4),
                        random.nextInt(4),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        groups);
            } catch (IllegalArgumentException e) {
                // the kernel did not fit the input: draw again
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void convolutionsOfRandomGeometries(Subject subject) {
        convolutions(subject, 60);
    }

    private static void convolutions(Subject subject, int cases) {
        for (int seed = 0; seed < cases; seed++) {
            Random random = new Random(seed);
            ConvolutionGeometry g = randomGeometry(random);
            int batch = 1 + random.nextInt(3);
            long[] weights = subject.random(random, g.weightCount());
            long[] input = subject.random(random, batch * g.inputSize());
            int inputOffset = random.nextInt(5);
            int outputOffset = random.nextInt(5);
            long[] shifted = new long[inputOffset + input.length + 2];
            System.arraycopy(input, 0, shifted, inputOffset, input.length);
            long[] output = new long[outputOffset + batch * g.outputSize() + 2];
            Arrays.fill(output, 77);
            subject.arithmetic().convolve(g, batch, weights, shifted, inputOffset, output, outputOffset, Workers.NONE);
            String what = subject + " seed " + seed + " " + g;
            int end = output.length - 2;
            assertThat(Arrays.copyOfRange(output, outputOffset, end))
                    .as(what)
                    .isEqualTo(Naive.convolve(subject, g, batch, weights, input));
            Arrays.fill(output, outputOffset, end, 77);
            assertThat(output).as("%s wrote outside its output", what).containsOnly(77);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void denseLayersAndLargeChannels(Subject subject) {
        Random random = new Random(3);
        List<ConvolutionGeometry> geometries = List.of(
                ConvolutionGeometry.dense(300, 17),
                ConvolutionGeometry.dense(1, 1),
                ConvolutionGeometry.square(7, 6, 5, 6, 1, 0),
                ConvolutionGeometry.square(40, 5, 37, 3, 1, 1),
                ConvolutionGeometry.square(1, 40, 3, 5, 2, 2));
        for (ConvolutionGeometry g : geometries) {
            for (int batch : new int[] {1, 2, 5, 8, 19}) {
                long[] weights = subject.random(random, g.weightCount());
                long[] input = subject.random(random, batch * g.inputSize());
                long[] output = new long[batch * g.outputSize()];
                subject.arithmetic().convolve(g, batch, weights, input, 0, output, 0, Workers.NONE);
                assertThat(output)
                        .as("%s batch %d %s", subject, batch, g)
                        .isEqualTo(Naive.convolve(subject, g, batch, weights, input));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void transposedConvolutionsOfRandomGeometries(Subject subject) {
        transposedConvolutions(subject, 60);
    }

    private static void transposedConvolutions(Subject subject, int cases) {
        for (int seed = 0; seed < cases; seed++) {
            Random random = new Random(seed);
            ConvolutionGeometry g = randomGeometry(random);
            long[] weights = subject.random(random, g.weightCount());
            long[] output = subject.random(random, g.outputSize());
            long[] input = new long[g.inputSize()];
            Arrays.fill(input, 77);
            subject.arithmetic().convolveTransposed(g, weights, output, input, Workers.NONE);
            assertThat(input)
                    .as("%s seed %d %s", subject, seed, g)
                    .isEqualTo(Naive.convolveTransposed(subject, g, weights, output));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @Tag("slow")
    void manyRandomShapesAndGeometries(Subject subject) {
        matrixProducts(subject, 600);
        convolutions(subject, 1500);
        transposedConvolutions(subject, 1500);
        adjoints(subject, 1000);
    }

    /** s (W x) = (s W) x: what a Freivalds check relies on. */
    @ParameterizedTest
    @MethodSource("subjects")
    void transposedConvolutionIsTheAdjoint(Subject subject) {
        adjoints(subject, 40);
    }

    private static void adjoints(Subject subject, int cases) {
        LongArithmetic arithmetic = subject.arithmetic();
        for (int seed = 1000; seed < 1000 + cases; seed++) {
            Random random = new Random(seed);
            ConvolutionGeometry g = randomGeometry(random);
            long[] weights = subject.random(random, g.weightCount());
            long[] x = subject.random(random, g.inputSize());
            long[] s = subject.random(random, g.outputSize());
            long[] wx = new long[g.outputSize()];
            long[] sw = new long[g.inputSize()];
            arithmetic.convolve(g, 1, weights, x, 0, wx, 0, Workers.NONE);
            arithmetic.convolveTransposed(g, weights, s, sw, Workers.NONE);
            assertThat(arithmetic.dot(s, 0, wx, 0, s.length))
                    .as("%s seed %d %s", subject, seed, g)
                    .isEqualTo(arithmetic.dot(sw, 0, x, 0, x.length));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void severalThreadsGiveTheSameResult(Subject subject) {
        LongArithmetic arithmetic = subject.arithmetic();
        Workers four = new Workers(executor, 4);
        Random random = new Random(11);
        long[] a = subject.random(random, 130 * 70);
        long[] b = subject.random(random, 70 * 300);
        long[] alone = new long[130 * 300];
        long[] together = new long[130 * 300];
        arithmetic.multiply(130, 70, 300, a, b, alone, Workers.NONE);
        arithmetic.multiply(130, 70, 300, a, b, together, four);
        assertThat(together).isEqualTo(alone);
        for (ConvolutionGeometry g : List.of(
                ConvolutionGeometry.square(6, 20, 33, 3, 1, 1),
                ConvolutionGeometry.dense(200, 45),
                new ConvolutionGeometry(12, 9, 9, 24, 3, 3, 2, 1, 1, 1, 0, 2, 1, 1, 6),
                new ConvolutionGeometry(6, 24, 24, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 6))) {
            for (int batch : new int[] {1, 9}) {
                long[] weights = subject.random(random, g.weightCount());
                long[] input = subject.random(random, batch * g.inputSize());
                long[] one = new long[batch * g.outputSize()];
                long[] many = new long[batch * g.outputSize()];
                arithmetic.convolve(g, batch, weights, input, 0, one, 0, Workers.NONE);
                arithmetic.convolve(g, batch, weights, input, 0, many, 0, four);
                assertThat(many).as("%s %s", subject, g).isEqualTo(one);
                long[] s = subject.random(random, g.outputSize());
                long[] backOne = new long[g.inputSize()];
                long[] backMany = new long[g.inputSize()];
                arithmetic.convolveTransposed(g, weights, s, backOne, Workers.NONE);
                arithmetic.convolveTransposed(g, weights, s, backMany, four);
                assertThat(backMany).as("%s %s", subject, g).isEqualTo(backOne);
            }
        }
    }
}
