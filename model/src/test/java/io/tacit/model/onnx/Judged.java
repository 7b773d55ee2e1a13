package io.tacit.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.reference.FloatEvaluator;
import java.util.Random;

/** Comparisons of what is read here with what onnxruntime makes of the same file. */
final class Judged {
    static final double TOLERANCE = 1e-4;

    private Judged() {}

    /** Fails unless all values agree within 1e-4, absolute or relative. */
    static void assertClose(String what, float[] actual, float[] expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            double allowed = TOLERANCE * Math.max(1, Math.abs(expected[i]));
            if (!(Math.abs(actual[i] - expected[i]) <= allowed) && Float.compare(actual[i], expected[i]) != 0) {
                throw new AssertionError(what + ": value " + i + " is " + actual[i] + ", expected " + expected[i]);
            }
        }
    }

    /** Seeded values for the graph's input, evenly from -range to range. */
    static float[] randomInput(FloatGraph graph, long seed, float range) {
        Random random = new Random(seed);
        float[] values = new float[graph.node(graph.input()).shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (random.nextFloat() * 2 - 1) * range;
        }
        return values;
    }

    /** The values as the file's own input wants them: channels last where it has them last. */
    static float[] asFile(FloatGraph graph, float[] values) {
        Node input = graph.node(graph.input());
        if (!((Operator.Input) input.operator()).channelsLast()) {
            return values;
        }
        Shape shape = input.shape();
        int plane = shape.dim(2) * shape.dim(3);
        float[] last = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            last[i % plane * shape.dim(1) + i / plane] = values[i];
        }
        return last;
    }

    /** Compares graph and onnxruntime on {@code count} seeded inputs. */
    static void assertAgrees(
            String name, FloatGraph graph, byte[] model, long[] fileShape, int count, float range, int outputIndex)
            throws Exception {
        FloatEvaluator evaluator = new FloatEvaluator(graph, Workers.NONE);
        try (OnnxRuntimeJudge judge = new OnnxRuntimeJudge(model)) {
            for (int seed = 1; seed <= count; seed++) {
                float[] input = randomInput(graph, seed, range);
                float[] expected = judge.run(fileShape, asFile(graph, input), outputIndex);
                assertClose(name + ", seed " + seed, evaluator.evaluate(input), expected);
            }
        }
    }
}
