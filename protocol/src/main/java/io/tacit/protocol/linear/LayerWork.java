package io.tacit.protocol.linear;

import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.FreshZero;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.ProductAccumulator;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.ReturnFormat;
import io.tacit.crypto.lattice.ReturnedCiphertext;
import io.tacit.crypto.lattice.SeededCiphertext;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one party computes for one layer and a batch of queries, in pieces that may run on several threads. Sending and
 * receiving is left to others.
 */
final class LayerWork implements AutoCloseable {
    private static final long[] NONE = {};

    private final LayerPlan plan;
    private final int layer;
    private final TripletSource.Layers layers;
    private final CoefficientPacking packing;
    private final @Nullable PublicKey peerKey;
    private final Generators generators;
    private final Pool<Decryptor> decryptors;
    private final Pool<Encryptor> encryptors;
    private final Pool<ProductAccumulator> accumulators;
    private final Pool<long[]> coefficients;
    private final AtomicLong encryptionsLeft;
    private final AtomicLong resultsLeft;
    private final AtomicLong returnsLeft;
    private final CountDownLatch halvesOpen;
    // Large arrays are there while they are needed, so that of many layers only a few have them. Values are written
    // once a
    // place, so threads do not meet.
    private volatile long[] weights = NONE;
    private volatile long[] inputs = NONE;
    private long[] masks = NONE;
    private long[] returned = NONE;
    private volatile @Nullable RingVector weightShare;
    private volatile RingVector[] maskShares = {};

    /**
     * @param halves 2 if this party multiplies for its peer and the peer for it, 1 if only one of the two does
     * @param peerKey the peer's; null if this party does not multiply
     */
    LayerWork(
            LayerPlan plan,
            int layer,
            TripletSource.Layers layers,
            int halves,
            @Nullable PublicKey peerKey,
            Generators generators,
            Pool<Decryptor> decryptors,
            Supplier<Encryptor> encryptor) {
        this.plan = plan;
        this.halvesOpen = new CountDownLatch(halves);
        this.layer = layer;
        this.layers = layers;
        this.peerKey = peerKey;
        this.generators = generators;
        this.decryptors = decryptors;
        packing = new CoefficientPacking(plan.packing());
        encryptors = new Pool<>(encryptor, Encryptor::close);
        accumulators = new Pool<>(() -> new ProductAccumulator(plan.parameters()), ProductAccumulator::close);
        coefficients = new Pool<>(() -> new long[plan.packing().degree()], values -> Arrays.fill(values, 0));
        encryptionsLeft = new AtomicLong(plan.packing().inputPolynomials());
        resultsLeft = new AtomicLong(plan.packing().resultPolynomials());
        returnsLeft = new AtomicLong(plan.packing().resultPolynomials());
    }

    /** Fetches this party's masks; before the first {@link #encrypt}. */
    void openInputs() {
        RingVector[] shares = layers.maskShares(layer);
        if (shares.length != plan.packing().queries()) {
            throw new IllegalArgumentException(
                    shares.length + " masks for " + plan.packing().queries() + " queries");
        }
        int size = plan.shape().geometry().inputSize();
        long[] values = new long[Math.multiplyExact(shares.length, size)];
        for (int query = 0; query < shares.length; query++) {
            requireShape(shares[query], plan.shape(), size);
            shares[query].decode(0, values, query * size, size);
        }
        maskShares = shares;
        inputs = values;
    }

    /** Fetches this party's weights; before the first {@link #transform}. */
    void openWeights() {
        RingVector share = layers.weightShare(layer);
        requireShape(share, plan.shape(), plan.shape().geometry().weightCount());
        long[] values = new long[share.length()];
        share.decode(0, values, 0, values.length);
        weightShare = share;
        weights = values;
    }

    static void requireShape(RingVector share, LinearShape shape, int length) {
        if (share.length() != length || share.ring().bits() != shape.ringBits()) {
            throw new IllegalArgumentException("a share of " + share.length() + " values over " + share.ring()
                    + " where " + length + " over " + shape.ring() + " belong");
        }
    }

    /** Minus the masks of what this party returns. */
    private synchronized long[] masks() {
        if (masks.length == 0) {
            masks = new long[outputs()];
        }
        return masks;
    }

    /** What the peer returned. */
    private synchronized long[] returned() {
        if (returned.length == 0) {
            returned = new long[outputs()];
        }
        return returned;
    }

    private int outputs() {
        return Math.multiplyExact(
                plan.packing().queries(), plan.shape().geometry().outputSize());
    }

    LayerPlan plan() {
        return plan;
    }

    /** An encrypted input, ready to be sent. */
    byte[] encrypt(int block, int group) {
        byte[] encoded = new byte[plan.inputBytes()];
        coefficients.with(values -> {
            packing.packInput(inputs, block, group, values);
            encryptors.with(encryptor -> encryptor.encrypt(values).encode(encoded, 0));
        });
        if (encryptionsLeft.decrementAndGet() == 0) {
            encryptors.close();
            dropInputs();
        }
        return encoded;
    }

    /** The peer's encrypted input, checked. */
    Ciphertext expand(byte[] encoded, String peer) {
        return SeededCiphertext.decode(plan.parameters(), encoded, 0, encoded.length, peer)
                .expand();
    }

    /** Lays out and transforms the weights of one output block: one polynomial for each block of planes that it reads. */
    PlaintextPolynomial[] transform(int outputBlock) {
        int first = plan.packing().firstBlock(outputBlock);
        PlaintextPolynomial[] polynomials =
                new PlaintextPolynomial[plan.packing().endBlock(outputBlock) - first];
        coefficients.with(values -> {
            for (int i = 0; i < polynomials.length; i++) {
                packing.packWeights(weights, first + i, outputBlock, values);
                polynomials[i] = PlaintextPolynomial.of(plan.parameters(), values);
            }
        });
        return polynomials;
    }

    /**
     * One result for the peer: the sum of products, less a fresh uniform mask, which becomes this party's share.
     *
     * @param polynomials from {@link #transform}
     * @param ciphertexts of the group, one for each block of planes
     */
    byte[] multiply(int outputBlock, int group, PlaintextPolynomial[] polynomials, Ciphertext[] ciphertexts) {
        int first = plan.packing().firstBlock(outputBlock);
        ReturnFormat format = plan.format(outputBlock, group);
        byte[] encoded = new byte[format.bytes()];
        accumulators.with(sum -> generators.with(prg -> {
            sum.clear();
            for (int i = 0; i < polynomials.length; i++) {
                sum.accumulate(ciphertexts[first + i], polynomials[i]);
            }
            int[] wanted = packing.wanted(outputBlock, group);
            long[] mask = uniform(prg, wanted.length, plan.shape().ringBits());
            sum.finish(FreshZero.draw(Objects.requireNonNull(peerKey), prg), format, wanted, mask, prg)
                    .encode(encoded, 0);
            for (int i = 0; i < mask.length; i++) {
                mask[i] = -mask[i];
            }
            packing.unpack(mask, outputBlock, group, masks());
            Arrays.fill(mask, 0);
        }));
        if (resultsLeft.decrementAndGet() == 0) {
            accumulators.close();
            dropWeights();
            halvesOpen.countDown();
        }
        return encoded;
    }

    static long[] uniform(Prg prg, int count, int bits) {
        RingVector drawn = new Ring(bits).zeros(count);
        drawn.randomize(prg, 0, count);
        long[] values = new long[count];
        drawn.decode(0, values, 0, count);
        drawn.wipe();
        return values;
    }

    /** Takes one result of the peer. */
    void decrypt(int outputBlock, int group, byte[] encoded, String peer) {
        ReturnedCiphertext ciphertext =
                ReturnedCiphertext.decode(plan.format(outputBlock, group), encoded, 0, encoded.length, peer);
        int[] wanted = packing.wanted(outputBlock, group);
        long[] values = new long[wanted.length];
        decryptors.with(decryptor -> decryptor.decrypt(ciphertext, wanted, values));
        packing.unpack(values, outputBlock, group, returned());
        Arrays.fill(values, 0);
        if (returnsLeft.decrementAndGet() == 0) {
            halvesOpen.countDown();
        }
    }

    /**
     * Waits until all results have been made and taken, computes the local product, if weights were opened, and hands the
     * shares over.
     */
    void finish(Workers workers) throws InterruptedException {
        halvesOpen.await();
        Ring ring = plan.shape().ring();
        ConvolutionGeometry geometry = plan.shape().geometry();
        int size = geometry.outputSize();
        long[] cross = masks();
        long[] other = returned();
        for (int i = 0; i < cross.length; i++) {
            cross[i] += other[i];
        }
        RingVector ownWeights = weightShare;
        RingVector[] products = new RingVector[maskShares.length];
        RingVector crossTerms = ring.zeros(size);
        for (int query = 0; query < products.length; query++) {
            products[query] = ring.zeros(size);
            if (ownWeights != null) {
                ring.convolve(geometry, 1, ownWeights, maskShares[query], 0, products[query], 0, workers);
            }
            crossTerms.encode(cross, query * size, 0, size);
            ring.add(products[query], 0, crossTerms, 0, products[query], 0, size);
        }
        crossTerms.wipe();
        close();
        layers.take(layer, products);
    }

    private synchronized void dropInputs() {
        Arrays.fill(inputs, 0);
        inputs = NONE;
    }

    private synchronized void dropWeights() {
        Arrays.fill(weights, 0);
        weights = NONE;
    }

    /** Wipes what was computed; shares are the caller's. */
    @Override
    public synchronized void close() {
        encryptors.close();
        accumulators.close();
        coefficients.close();
        dropInputs();
        dropWeights();
        Arrays.fill(masks, 0);
        masks = NONE;
        Arrays.fill(returned, 0);
        returned = NONE;
        weightShare = null;
        maskShares = new RingVector[0];
    }
}
