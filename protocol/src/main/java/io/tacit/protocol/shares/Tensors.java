package io.tacit.protocol.shares;

import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.plan.ShareMaps;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import org.jspecify.annotations.Nullable;

/** One party's shares of the results of steps, for one query, and what it computes on them alone. Not thread-safe. */
public final class Tensors {
    private final SharingPlan plan;
    private final Workers workers;
    private final Watcher watcher;
    private final @Nullable RingVector[] shares;

    /** Is told of every share that is put here. */
    @FunctionalInterface
    public interface Watcher {
        void put(int step, RingVector share);
    }

    /** None yet. */
    public Tensors(SharingPlan plan, Workers workers) {
        this(plan, workers, (step, share) -> {});
    }

    /** None yet, and each that comes is shown. */
    public Tensors(SharingPlan plan, Workers workers, Watcher watcher) {
        this.plan = plan;
        this.workers = workers;
        this.watcher = watcher;
        this.shares = new RingVector[plan.network().steps().size()];
    }

    /** Whether there is a share of a step's result. */
    public boolean has(int step) {
        return shares[step] != null;
    }

    /** @throws IllegalStateException if there is none */
    public RingVector get(int step) {
        RingVector share = shares[step];
        if (share == null) {
            throw new IllegalStateException("step " + step + " has no share");
        }
        return share;
    }

    /** Takes a share of a step's result. */
    public void put(int step, RingVector share) {
        shares[step] = share;
        watcher.put(step, share);
    }

    /** Drops the shares that nobody reads any more. */
    public void keep(boolean[] read) {
        for (int i = 0; i < read.length; i++) {
            if (!read[i]) {
                shares[i] = null;
            }
        }
    }

    /**
     * A linear layer: {@code Y_i = W_i F + Z_i + b_i}.
     *
     * @param weights W_i
     * @param biases b_i, one an output channel
     * @param opened F
     * @param product Z_i
     */
    public void linear(
            LinearLayer layer, RingVector weights, RingVector biases, RingVector opened, RingVector product) {
        ConvolutionGeometry geometry = layer.shape().geometry();
        Ring ring = layer.ring();
        RingVector result = ring.zeros(geometry.outputSize());
        ring.convolve(geometry, 1, weights, opened.reduced(ring), 0, result, 0, workers);
        ring.add(result, 0, product, 0, result, 0, result.length());
        int plane = geometry.outHeight() * geometry.outWidth();
        for (int channel = 0; channel < geometry.outChannels(); channel++) {
            result.shift(channel * plane, plane, biases.get(channel));
        }
        put(layer.step(), result);
    }

    /** A step that is a map of shares with public coefficients: sums, sum pools, concatenations. */
    public void map(int index) {
        PublicStep step = plan.network().steps().get(index);
        TensorShape in = plan.network().steps().get(step.sources().get(0)).shape();
        put(
                index,
                ShareMaps.apply(
                        step,
                        1,
                        plan.ring(index),
                        in,
                        step.sources().stream().map(this::get).toList(),
                        workers));
    }
}
