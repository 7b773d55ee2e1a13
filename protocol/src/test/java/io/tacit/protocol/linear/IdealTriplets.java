package io.tacit.protocol.linear;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Products by somebody who is told everything: what the protocol computes, for tests of what is built on it. */
public final class IdealTriplets implements TripletSource {
    private record Call(LinearShape shape, RingVector weights, RingVector[] masks) {}

    private final boolean first;
    private final BlockingQueue<Object> out;
    private final BlockingQueue<Object> in;

    private IdealTriplets(boolean first, BlockingQueue<Object> out, BlockingQueue<Object> in) {
        this.first = first;
        this.out = out;
        this.in = in;
    }

    /** Both ends. */
    public record Pair(TripletSource garbler, TripletSource evaluator) {}

    public static Pair connect() {
        BlockingQueue<Object> there = new LinkedBlockingQueue<>();
        BlockingQueue<Object> back = new LinkedBlockingQueue<>();
        return new Pair(new IdealTriplets(true, there, back), new IdealTriplets(false, back, there));
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        if (!first) {
            out.add(new Call(shape, weightShare, maskShares));
            return (RingVector[]) take();
        }
        Call other = (Call) take();
        if (!other.shape.equals(shape) || other.masks.length != maskShares.length) {
            throw new IllegalStateException("the servers prepare different layers");
        }
        Ring ring = new Ring(shape.ringBits());
        RingVector weights = sum(ring, weightShare, other.weights);
        RingVector[] own = new RingVector[maskShares.length];
        RingVector[] theirs = new RingVector[maskShares.length];
        for (int i = 0; i < own.length; i++) {
            RingVector mask = sum(ring, maskShares[i], other.masks[i]);
            RingVector product = ring.zeros(shape.geometry().outputSize());
            ring.convolve(shape.geometry(), 1, weights, mask, 0, product, 0, Workers.NONE);
            own[i] = ring.zeros(product.length());
            theirs[i] = ring.zeros(product.length());
            try (Seed seed = Seed.random(new SecureRandom());
                    Prg prg = seed.generator("ideal")) {
                own[i].randomize(prg, 0, product.length());
            }
            ring.subtract(product, 0, own[i], 0, theirs[i], 0, product.length());
        }
        out.add(theirs);
        return own;
    }

    private static RingVector sum(Ring ring, RingVector a, RingVector b) {
        RingVector sum = ring.zeros(a.length());
        ring.add(a, 0, b, 0, sum, 0, sum.length());
        return sum;
    }

    private Object take() {
        try {
            Object item = in.poll(20, TimeUnit.SECONDS);
            if (item == null || item instanceof String) {
                throw new IllegalStateException("the other server does not prepare");
            }
            return item;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        out.add("closed");
    }
}
