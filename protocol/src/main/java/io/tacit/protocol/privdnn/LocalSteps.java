package io.tacit.protocol.privdnn;

import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.plan.ShareMaps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The linear steps behind the encrypted part, on one party's shares. Weights are known to both. */
final class LocalSteps {
    private final PrivDnnPlan plan;
    private final boolean addsBias;
    private final Workers workers;
    private final Map<Integer, RingVector> weights = new HashMap<>();

    /** @param addsBias true at one party: the user */
    LocalSteps(PrivDnnPlan plan, boolean addsBias, Workers workers) {
        this.plan = plan;
        this.addsBias = addsBias;
        this.workers = workers;
    }

    /**
     * A party's share of a step's result.
     *
     * @param images that follow one another in each vector
     * @param sources the party's shares of what the step reads
     */
    RingVector apply(int index, int images, List<RingVector> sources) {
        Ring ring = plan.ring(index);
        PublicStep known = plan.network().steps().get(index);
        if (!(plan.clearPart().steps().get(index) instanceof Step.Linear linear)) {
            TensorShape in = plan.network().steps().get(known.sources().get(0)).shape();
            return ShareMaps.apply(known, images, ring, in, sources, workers);
        }
        ConvolutionGeometry g = linear.geometry();
        RingVector encoded = weights.computeIfAbsent(index, i -> {
            RingVector vector = ring.zeros(linear.weights().length);
            vector.encode(linear.weights(), 0, 0, linear.weights().length);
            return vector;
        });
        RingVector result = ring.zeros(Math.multiplyExact(images, g.outputSize()));
        ring.convolve(g, images, encoded, sources.get(0).reduced(ring), 0, result, 0, workers);
        if (addsBias) {
            int plane = g.outHeight() * g.outWidth();
            for (int at = 0; at < result.length(); at += plane) {
                int channel = at / plane % g.outChannels();
                result.shift(at, plane, linear.bias()[channel] << linear.biasShift());
            }
        }
        return result;
    }
}
