package io.tacit.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The evaluator against definitions written out as loops. */
class FloatEvaluatorTest {

    private static float[] random(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    /** The definition of a convolution. */
    private static float[] byDefinition(ConvolutionGeometry g, float[] w, float[] b, float[] x) {
        float[] y = new float[g.outputSize()];
        int inPerGroup = g.inChannels() / g.groups();
        int outPerGroup = g.outChannels() / g.groups();
        int at = 0;
        for (int o = 0; o < g.outChannels(); o++) {
            for (int oy = 0; oy < g.outHeight(); oy++) {
                for (int ox = 0; ox < g.outWidth(); ox++) {
                    double sum = b[o];
                    for (int c = 0; c < inPerGroup; c++) {
                        for (int ky = 0; ky < g.kernelHeight(); ky++) {
                            for (int kx = 0; kx < g.kernelWidth(); kx++) {
                                int iy = oy * g.strideY() + ky * g.dilationY() - g.padTop();
                                int ix = ox * g.strideX() + kx * g.dilationX() - g.padLeft();
                                if (iy >= 0 && iy < g.inHeight() && ix >= 0 && ix < g.inWidth()) {
                                    int channel = o / outPerGroup * inPerGroup + c;
                                    sum += (double) x[(channel * g.inHeight() + iy) * g.inWidth() + ix]
                                            * w[((o * inPerGroup + c) * g.kernelHeight() + ky) * g.kernelWidth() + kx];
                                }
                            }
                        }
                    }
                    y[at++] = (float) sum;
                }
            }
        }
        return y;
    }

    @Test
    void convolutionsOfRandomGeometries() {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            Workers two = new Workers(executor, 2);
            for (int seed = 0; seed < 300; seed++) {
                Random r = new Random(seed);
                int groups = 1 + r.nextInt(3);
                int kernelHeight = 1 + r.nextInt(4);
                int kernelWidth = 1 + r.nextInt(4);
                int dilation = 1 + r.nextInt(2);
                ConvolutionGeometry g = new ConvolutionGeometry(
                        groups * (1 + r.nextInt(3)),
                        8 + r.nextInt(30),
                        8 + r.nextInt(30),
                        groups * (1 + r.nextInt(4)),
                        kernelHeight,
                        kernelWidth,
                        1 + r.nextInt(3),
                        1 + r.nextInt(3),
                        r.nextInt(3),
                        r.nextInt(3),
                        r.nextInt(3),
                        r.nextInt(3),
                        dilation,
                        1 + r.nextInt(2),
                        groups);
                float[] w = random(r, g.weightCount());
                float[] b = random(r, g.outChannels());
                float[] x = random(r, g.inputSize());
                float[] y = FloatConvolution.convolve(g, 1, w, b, x, seed % 2 == 0 ? Workers.NONE : two);
                float[] expected = byDefinition(g, w, b, x);
                assertThat(y).hasSameSizeAs(expected);
                for (int i = 0; i < y.length; i++) {
                    if (Math.abs(y[i] - expected[i]) > 2e-5f) {
                        throw new AssertionError("seed " + seed + ", " + g + ": value " + i);
                    }
                }
            }
        } finally {
            executor.shutdown();
        }
    }

    private static org.assertj.core.data.Offset<Float> within() {
        return org.assertj.core.data.Offset.offset(2e-5f);
    }

    @Test
    void countsOfAnAveragePool() {
        PoolWindow window = new PoolWindow(3, 3, 2, 2, 1, 1, 0, 0, 1, 1, 1, 1);
        Operator.AveragePool without = new Operator.AveragePool(window, false);
        Operator.AveragePool with = new Operator.AveragePool(window, true);
        // 4 rows, one pad before, one overhanging after: rows -1..1, 1..3, then none.
        assertThat(window.outHeight(4)).isEqualTo(2);
        assertThat(without.divisor(4, 4, 0, 0)).isEqualTo(4);
        assertThat(with.divisor(4, 4, 0, 0)).isEqualTo(9);
        assertThat(without.divisor(4, 4, 1, 1)).isEqualTo(9);
        assertThat(without.commonDivisor(4, 4)).isZero();
        assertThat(with.commonDivisor(4, 4)).isEqualTo(9);
        assertThat(with.divisor(5, 5, 2, 2)).as("overhang never counts").isEqualTo(4);
    }

    @Test
    void valuesOfEveryNode() {
        GraphBuilder builder = new GraphBuilder();
        int x = builder.add("x", new Operator.Input(false), List.of(), Shape.of(1, 3));
        int square = builder.add("square", new Operator.Square(), List.of(x), Shape.of(1, 3));
        builder.add("unused", new Operator.Relu(), List.of(x), Shape.of(1, 3));
        int sum = builder.add("sum", new Operator.Sum(), List.of(x, square), Shape.of(1, 3));
        FloatGraph graph = builder.build("g", List.of(sum));
        FloatEvaluator evaluator = new FloatEvaluator(graph, Workers.NONE);
        assertThat(graph.nodes()).hasSize(3);
        assertThat(evaluator.evaluate(new float[] {-1, 2, 3})).containsExactly(0, 6, 12);
        List<FloatTensor> all = evaluator.evaluateAll(List.of(new FloatTensor(Shape.of(1, 3), new float[] {-1, 2, 3})));
        assertThat(all.get(1).values()).containsExactly(1, 4, 9);
        assertThat(graph.privacyFindings()).isEmpty();
        assertThatThrownBy(() -> evaluator.evaluate(List.of(new FloatTensor(Shape.of(3), new float[3]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x takes [1x3]");
    }

    @Test
    void softmaxOfLargeNumbersAndReductions() {
        FloatTensor x = new FloatTensor(Shape.of(2, 3), new float[] {1000, 1000, 1000, -5000, 0, 5000});
        FloatTensor p = FloatOperators.apply(new Operator.Softmax(1, 2, false), List.of(x), x.shape(), Workers.NONE);
        assertThat(p.values()).containsExactly(new float[] {1 / 3f, 1 / 3f, 1 / 3f, 0, 0, 1}, within());
        FloatTensor largest = FloatOperators.apply(
                new Operator.Reduce(Operator.Reduce.Function.MAX, List.of(0)), List.of(x), Shape.of(3), Workers.NONE);
        assertThat(largest.values()).containsExactly(1000, 1000, 5000);
        FloatTensor index = FloatOperators.apply(new Operator.ArgMax(1, false), List.of(x), Shape.of(2), Workers.NONE);
        assertThat(index.values()).as("the lowest index among equals").containsExactly(0, 2);
        FloatTensor lastIndex =
                FloatOperators.apply(new Operator.ArgMax(1, true), List.of(x), Shape.of(2), Workers.NONE);
        assertThat(lastIndex.values()).containsExactly(2, 2);
    }
}
