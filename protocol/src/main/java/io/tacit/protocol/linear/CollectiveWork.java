package io.tacit.protocol.linear;

import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.CollectiveEncryptor;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.PartialProductAccumulator;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.linear.CollectiveLayerPlan.Result;
import java.util.Arrays;
import java.util.List;

/**
 * What one party computes for one layer and a batch of queries under a collective key. Sending and receiving is left to
 * others.
 */
final class CollectiveWork implements AutoCloseable {
    private final CollectiveLayerPlan plan;
    private final CollectivePublicKey key;
    private final Generators generators;
    private final Workers workers;
    private final CoefficientPacking packing;
    private final long[] weights;
    private final long[] inputs;
    private final long[] shares;
    private final Pool<PartialProductAccumulator> accumulators;

    CollectiveWork(
            CollectiveLayerPlan plan,
            CollectivePublicKey key,
            RingVector weightShare,
            RingVector[] maskShares,
            Generators generators,
            Workers workers) {
        this.plan = plan;
        this.key = key;
        this.generators = generators;
        this.workers = workers;
        packing = new CoefficientPacking(plan.packing());
        LinearShape shape = plan.shape();
        LayerWork.requireShape(weightShare, shape, shape.geometry().weightCount());
        weights = new long[weightShare.length()];
        weightShare.decode(0, weights, 0, weights.length);
        int size = shape.geometry().inputSize();
        inputs = new long[Math.multiplyExact(maskShares.length, size)];
        for (int query = 0; query < maskShares.length; query++) {
            LayerWork.requireShape(maskShares[query], shape, size);
            maskShares[query].decode(0, inputs, query * size, size);
        }
        shares = new long[Math.multiplyExact(maskShares.length, shape.geometry().outputSize())];
        accumulators =
                new Pool<>(() -> new PartialProductAccumulator(plan.choice(), key), PartialProductAccumulator::close);
    }

    CollectiveLayerPlan plan() {
        return plan;
    }

    int[] wanted(Result result) {
        return packing.wanted(result.outputBlock(), result.group());
    }

    /** This party's part of the inputs of one window, encrypted: group after group, block after block. */
    CollectiveCiphertext[] encrypt(int window) {
        int blocks = plan.packing().planeBlocks();
        int first = plan.firstGroup(window);
        CollectiveCiphertext[] encrypted = new CollectiveCiphertext[(plan.firstGroup(window + 1) - first) * blocks];
        workers.forEach(
                encrypted.length,
                i -> generators.with(prg -> {
                    long[] coefficients = new long[plan.packing().degree()];
                    packing.packInput(inputs, i % blocks, first + i / blocks, coefficients);
                    try (CollectiveEncryptor encryptor = new CollectiveEncryptor(plan.parameters(), key, prg)) {
                        encrypted[i] = encryptor.encrypt(coefficients);
                    }
                    Arrays.fill(coefficients, 0);
                }));
        return encrypted;
    }

    /**
     * This party's parts of one round.
     *
     * @param inputs all parties' sums, of the window
     * @param summands of each result; secret
     */
    PartialProduct[] parts(int window, List<Result> round, CollectiveCiphertext[] inputs, long[][] summands) {
        int blocks = plan.packing().planeBlocks();
        int firstGroup = plan.firstGroup(window);
        int firstOutput = round.get(0).outputBlock();
        PlaintextPolynomial[][] polynomials =
                new PlaintextPolynomial[round.get(round.size() - 1).outputBlock() - firstOutput + 1][];
        workers.forEach(polynomials.length, i -> polynomials[i] = transform(firstOutput + i));
        PartialProduct[] parts = new PartialProduct[round.size()];
        workers.forEach(
                parts.length,
                i -> generators.with(prg -> accumulators.with(sum -> {
                    Result result = round.get(i);
                    int firstBlock = plan.packing().firstBlock(result.outputBlock());
                    PlaintextPolynomial[] row = polynomials[result.outputBlock() - firstOutput];
                    sum.clear();
                    for (int block = 0; block < row.length; block++) {
                        sum.accumulate(inputs[(result.group() - firstGroup) * blocks + firstBlock + block], row[block]);
                    }
                    parts[i] = sum.finish(wanted(result), summands[i], prg);
                })));
        for (PlaintextPolynomial[] row : polynomials) {
            for (PlaintextPolynomial polynomial : row) {
                polynomial.close();
            }
        }
        return parts;
    }

    private PlaintextPolynomial[] transform(int outputBlock) {
        int first = plan.packing().firstBlock(outputBlock);
        PlaintextPolynomial[] polynomials =
                new PlaintextPolynomial[plan.packing().endBlock(outputBlock) - first];
        long[] coefficients = new long[plan.packing().degree()];
        for (int i = 0; i < polynomials.length; i++) {
            packing.packWeights(weights, first + i, outputBlock, coefficients);
            polynomials[i] = PlaintextPolynomial.of(plan.parameters(), coefficients);
        }
        Arrays.fill(coefficients, 0);
        return polynomials;
    }

    /** Fresh uniform masks, one for each wanted coefficient. */
    long[] draw(Result result) {
        long[][] drawn = new long[1][];
        generators.with(prg -> drawn[0] =
                LayerWork.uniform(prg, wanted(result).length, plan.shape().ringBits()));
        return drawn[0];
    }

    /** Takes the values of one result as this party's share of it. */
    void put(Result result, long[] values) {
        packing.unpack(values, result.outputBlock(), result.group(), shares);
    }

    /** This party's shares, one a query. */
    RingVector[] shares() {
        int size = plan.shape().geometry().outputSize();
        RingVector[] products = new RingVector[plan.packing().queries()];
        for (int query = 0; query < products.length; query++) {
            products[query] = plan.shape().ring().zeros(size);
            products[query].encode(shares, query * size, 0, size);
        }
        return products;
    }

    /** Wipes what was computed; what was handed over is the caller's. */
    @Override
    public void close() {
        accumulators.close();
        Arrays.fill(weights, 0);
        Arrays.fill(inputs, 0);
        Arrays.fill(shares, 0);
    }
}
