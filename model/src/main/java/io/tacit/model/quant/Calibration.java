package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Shape;
import io.tacit.model.quant.QuantizationProgress.Stage;
import io.tacit.model.reference.FloatEvaluator;
import java.util.ArrayList;
import java.util.List;

/** What the values of a float network look like on a few inputs: for each node a sample, its extremes, its channels' means. */
final class Calibration {
    /** Values kept of each node. */
    private static final int SAMPLE = 1 << 15;
    /** Added to positions between inputs, so that samples do not line up: the golden ratio's fraction of 2^32. */
    private static final long SPREAD = 0x9E3779B9L;

    private final List<NodeStatistics> nodes = new ArrayList<>();

    /** Values of one node over all inputs. */
    static final class NodeStatistics {
        private final float[] sample;
        private int filled;
        private float least = Float.POSITIVE_INFINITY;
        private float most = Float.NEGATIVE_INFINITY;
        private final double[] channelSums;
        private long perChannel;

        private NodeStatistics(int sampleSize, int channels) {
            sample = new float[sampleSize];
            channelSums = new double[channels];
        }

        /** Values at spread positions of all inputs; owned by this object. */
        float[] sample() {
            return sample;
        }

        /** Least of all values, not of the sample only. */
        float least() {
            return least;
        }

        /** Largest of all values. */
        float most() {
            return most;
        }

        /** Mean of one channel. */
        double mean(int channel) {
            return channelSums[channel] / perChannel;
        }

        private void add(float[] values, int wanted, int round) {
            int plane = values.length / channelSums.length;
            for (int c = 0; c < channelSums.length; c++) {
                double sum = 0;
                for (int i = c * plane; i < (c + 1) * plane; i++) {
                    sum += values[i];
                    least = Math.min(least, values[i]);
                    most = Math.max(most, values[i]);
                }
                channelSums[c] += sum;
            }
            perChannel += plane;
            for (int k = 0; k < wanted; k++) {
                long at = ((round * (long) wanted + k) * SPREAD & 0xffffffffL) * values.length >>> 32;
                sample[filled++] = values[(int) at];
            }
        }
    }

    /** Evaluates the network on each input. */
    Calibration(FloatGraph graph, List<float[]> inputs, Workers workers, QuantizationProgress progress) {
        FloatEvaluator evaluator = new FloatEvaluator(graph, workers);
        Shape shape = graph.node(graph.input()).shape();
        int[] wanted = new int[graph.nodes().size()];
        for (int i = 0; i < wanted.length; i++) {
            Shape own = graph.node(i).shape();
            wanted[i] = Math.max(1, Math.min(own.size(), SAMPLE / inputs.size()));
            int channels = own.rank() >= 2 ? own.dim(1) : 1;
            nodes.add(new NodeStatistics(wanted[i] * inputs.size(), channels));
        }
        progress.at(Stage.CALIBRATION, 0, inputs.size());
        for (int round = 0; round < inputs.size(); round++) {
            List<FloatTensor> values = evaluator.evaluateAll(List.of(new FloatTensor(shape, inputs.get(round))));
            for (int i = 0; i < wanted.length; i++) {
                nodes.get(i).add(values.get(i).values(), wanted[i], round);
            }
            progress.at(Stage.CALIBRATION, round + 1, inputs.size());
        }
    }

    NodeStatistics node(int floatNode) {
        return nodes.get(floatNode);
    }
}
