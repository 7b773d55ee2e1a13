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
import io.tacit.crypto.share.RingVector;
import java.util.Arrays;

/**
 * What one party computes for one layer and a batch of queries, in pieces that may run on several threads. Sending and
 * receiving is left to others.
 */
final class LayerWork implements AutoCloseable {
    private final LayerPlan plan;
    private final CoefficientPacking packing;
    private final PublicKey peerKey;
    private final Pool<Prg> generators;
    private final Pool<Decryptor> decryptors;
    private final Pool<Encryptor> encryptors;
    private final Pool<ProductAccumulator> accumulators;
    private final Pool<long[]> coefficients;
    private final long[] weights;
    private final long[] inputs;
    /** Minus the masks of what this party returns. Results are written once a place, so threads do not meet. */
    private final long[] masks;
    /** What the peer returned. */
    private final long[] returned;

    LayerWork(
            LayerPlan plan,
            PublicKey peerKey,
            Pool<Prg> generators,
            Pool<Decryptor> decryptors,
            java.util.function.Supplier<Encryptor> encryptor,
            RingVector weightShare,
            RingVector[] maskShares) {
        this.plan = plan;
        this.peerKey = peerKey;
        this.generators = generators;
        this.decryptors = decryptors;
        packing = new CoefficientPacking(plan.packing());
        encryptors = new Pool<>(encryptor, Encryptor::close);
        accumulators = new Pool<>(() -> new ProductAccumulator(plan.parameters()), ProductAccumulator::close);
        coefficients = new Pool<>(() -> new long[plan.packing().degree()], values -> Arrays.fill(values, 0));
        int inputSize = plan.shape().geometry().inputSize();
        int outputSize = plan.shape().geometry().outputSize();
        weights = new long[weightShare.length()];
        weightShare.decode(0, weights, 0, weights.length);
        inputs = new long[Math.multiplyExact(maskShares.length, inputSize)];
        for (int query = 0; query < maskShares.length; query++) {
            maskShares[query].decode(0, inputs, query * inputSize, inputSize);
        }
        masks = new long[Math.multiplyExact(maskShares.length, outputSize)];
        returned = new long[masks.length];
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
            sum.finish(FreshZero.draw(peerKey, prg), format, wanted, mask, prg).encode(encoded, 0);
            for (int i = 0; i < mask.length; i++) {
                mask[i] = -mask[i];
            }
            packing.unpack(mask, outputBlock, group, masks);
            Arrays.fill(mask, 0);
        }));
        return encoded;
    }

    private static long[] uniform(Prg prg, int count, int bits) {
        RingVector drawn = new io.tacit.crypto.share.Ring(bits).zeros(count);
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
        packing.unpack(values, outputBlock, group, returned);
        Arrays.fill(values, 0);
    }

    /** This party's part of both cross terms, added to {@code products}, one output tensor a query. */
    void addTo(RingVector[] products) {
        int outputSize = plan.shape().geometry().outputSize();
        for (int i = 0; i < masks.length; i++) {
            masks[i] += returned[i];
        }
        RingVector cross = plan.shape().ring().zeros(outputSize);
        for (int query = 0; query < products.length; query++) {
            cross.encode(masks, query * outputSize, 0, outputSize);
            plan.shape().ring().add(products[query], 0, cross, 0, products[query], 0, outputSize);
        }
        cross.wipe();
    }

    @Override
    public void close() {
        encryptors.close();
        accumulators.close();
        coefficients.close();
        Arrays.fill(weights, 0);
        Arrays.fill(inputs, 0);
        Arrays.fill(masks, 0);
        Arrays.fill(returned, 0);
    }
}
