package io.tacit.bench.outsourced;

import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.protocol.linear.LayerPlan;
import io.tacit.protocol.linear.PackingPlan;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingPrice;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network will cost under {@code outsourced}: processor seconds of each server by layer and phase, from primitives measured
 * on this machine and the plan's exact counts, and the largest heap that each server needs.
 */
public final class Estimate {
    private static final int LABEL_BYTES = 16;

    /** What is there in a server without a network, the program itself: measured. */
    private static final long PROGRAM_BYTES = 24L << 20;

    private final SharingPlan plan;
    private final TripletPlan triplets;
    private final Calibration costs;
    private final int batch;

    /**
     * A layer or block.
     *
     * @param stage number of the stage; one more than the last for what belongs to no layer
     * @param step index of the layer's step; of a block's target; negative for the answer and for what belongs to no layer
     * @param name of the step
     * @param prepareGarbler seconds of a processor for the batch
     * @param prepareEvaluator as well
     * @param predictGarbler for one query
     * @param predictEvaluator as well
     * @param heapBytes that a server needs for it alone while it prepares, with one thread
     */
    public record Part(
            int stage,
            int step,
            String name,
            double prepareGarbler,
            double prepareEvaluator,
            double predictGarbler,
            double predictEvaluator,
            long heapBytes) {}

    /** @param batch queries that are prepared together */
    public Estimate(SharingPlan plan, TripletPlan triplets, Calibration costs, int batch) {
        this.plan = plan;
        this.triplets = triplets;
        this.costs = costs;
        this.batch = batch;
    }

    /** All layers and blocks in the order of the stages, then what belongs to none of them. */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int block = 0;
        for (int s = 0; s < plan.stages().size(); s++) {
            Stage stage = plan.stages().get(s);
            for (LinearLayer layer : plan.layers()) {
                if (stage.steps().contains(layer.step())) {
                    parts.add(linear(s, layer));
                }
            }
            for (Block made : stage.blocks()) {
                parts.add(block(s, made, plan.chunks().get(block++)));
            }
        }
        parts.add(material());
        return parts;
    }

    /** Material on the disks, and what a query has once. */
    private Part material() {
        Calibration.Store store = costs.store();
        SharingPrice price = price();
        long ofGarbler = price.garblerMaterialBytes();
        long ofEvaluator = price.tablesMaterialBytes() + price.productsMaterialBytes();
        return new Part(
                plan.stages().size(),
                -1,
                "query, material",
                batch * (costs.roles().prepareGarbler().query() + ofGarbler * store.writeByte()),
                batch * (costs.roles().prepareEvaluator().query() + ofEvaluator * store.writeByte()),
                costs.roles().predictGarbler().query() + ofGarbler * store.readByte(),
                costs.roles().predictEvaluator().query() + ofEvaluator * store.readByte(),
                0);
    }

    private Part linear(int stage, LinearLayer layer) {
        double prepared =
                Stages.of(triplets.layer(layer.shape(), batch), costs.lattice()).sum()
                        + transfer(layer)
                        + batch * multiply(layer);
        long opened = layer.ring().packedBytes(layer.shape().geometry().inputSize());
        RoleCosts.Counts counts = RoleCosts.Counts.of(layer, triplets, batch);
        RoleCosts roles = costs.roles();
        return new Part(
                stage,
                layer.step(),
                plan.network().steps().get(layer.step()).name(),
                prepared + roles.prepareGarbler().of(counts),
                prepared + roles.prepareEvaluator().of(counts),
                multiply(layer)
                        + opened * costs.receiveByte()
                        + roles.predictGarbler().of(counts),
                multiply(layer)
                        + opened * costs.sendByte()
                        + roles.predictEvaluator().of(counts),
                arrayBytes(layer) + windowBytes(triplets.layer(layer.shape(), batch), 1));
    }

    private double multiply(LinearLayer layer) {
        return costs.multiplications().getOrDefault(layer.shape(), 0.0);
    }

    private double transfer(LinearLayer layer) {
        Traffic.Count traffic = triplets.layer(layer.shape(), batch).traffic();
        return traffic.bytesSent() * costs.sendByte() + traffic.bytesReceived() * costs.receiveByte();
    }

    /**
     * What one server's stages of the preparation of linear layers take of a processor.
     *
     * @param encrypt its own inputs
     * @param multiply the peer's inputs by its weights, expanding those and transforming these included
     * @param decrypt what the peer returns
     */
    public record Stages(double encrypt, double multiply, double decrypt) {
        double sum() {
            return encrypt + multiply + decrypt;
        }

        Stages plus(Stages other) {
            return new Stages(encrypt + other.encrypt, multiply + other.multiply, decrypt + other.decrypt);
        }

        /** The one that takes longest. */
        public String longest() {
            double most = Math.max(encrypt, Math.max(multiply, decrypt));
            return most == multiply ? "multiply" : most == encrypt ? "encrypt" : "decrypt";
        }

        /** Those of all layers together. @param batch queries that are prepared together */
        static Stages of(SharingPlan plan, TripletPlan triplets, Calibration.Lattice lattice, int batch) {
            return plan.layers().stream()
                    .map(layer -> of(triplets.layer(layer.shape(), batch), lattice))
                    .reduce(new Stages(0, 0, 0), Stages::plus);
        }

        private static Stages of(LayerPlan work, Calibration.Lattice lattice) {
            PackingPlan packing = work.packing();
            double multiply = packing.inputPolynomials() * lattice.expand()
                    + packing.weightPolynomials() * work.windows() * lattice.transform()
                    + packing.products() * lattice.product();
            double decrypt = 0;
            for (int output = 0; output < packing.outputBlocks(); output++) {
                for (int group = 0; group < packing.itemGroups(); group++) {
                    int wanted = packing.wanted(output, group);
                    multiply += lattice.finish(wanted);
                    decrypt += lattice.decrypt(wanted);
                }
            }
            return new Stages(packing.inputPolynomials() * lattice.encrypt(), multiply, decrypt);
        }
    }

    private Part block(int stage, Block block, List<Chunk> chunks) {
        double transfers = block.transfers();
        double gates = block.andGates();
        double garbled = chunks.stream().mapToDouble(Chunk::garbledBytes).sum();
        double corrections = chunks.stream()
                .mapToDouble(chunk -> plan.settings().extension().bytes(chunk.transfers(), true))
                .sum();
        double labels = transfers * LABEL_BYTES;
        RoleCosts.Counts counts = RoleCosts.Counts.of(chunks);
        RoleCosts roles = costs.roles();
        double words = chunks.stream()
                .mapToDouble(chunk -> block.input().packedBytes(chunk.words()))
                .sum();
        return new Part(
                stage,
                block.target(),
                block.name(),
                batch
                        * (gates * costs.garbleGate()
                                + transfers * costs.sendTransfer()
                                + garbled * costs.sendByte()
                                + corrections * costs.receiveByte()
                                + roles.prepareGarbler().of(counts)),
                batch
                        * (transfers * costs.receiveTransfer()
                                + garbled * costs.receiveByte()
                                + corrections * costs.sendByte()
                                + roles.prepareEvaluator().of(counts)),
                transfers * costs.encodeLabel()
                        + labels * costs.sendByte()
                        + words * costs.receiveByte()
                        + roles.predictGarbler().of(counts),
                gates * costs.evaluateGate()
                        + labels * costs.receiveByte()
                        + words * costs.sendByte()
                        + roles.predictEvaluator().of(counts),
                chunks.stream().mapToLong(Estimate::chunkBytes).max().orElse(0));
    }

    // ---- the heap

    /** Bytes of heap that a server of this network needs while it prepares. */
    public long prepareHeapBytes(boolean garbler, int threads) {
        return alwaysBytes() + tripletBytes(threads) + tableBytes(garbler, threads);
    }

    /** Bytes of heap that a server of this network needs while it answers one prepared query and does not prepare. */
    public long predictHeapBytes(boolean garbler, int threads) {
        return alwaysBytes() + onlineBytes(garbler, threads);
    }

    private long alwaysBytes() {
        return PROGRAM_BYTES + planBytes() + shareBytes();
    }

    /** Places of the words of blocks, which the plan holds. */
    private long planBytes() {
        return plan.blocks().stream()
                .flatMap(block -> block.groups().stream())
                .mapToLong(group -> Integer.BYTES * ((long) group.cellInputs().length + group.cellOutputs().length))
                .sum();
    }

    private static long lanes(LinearLayer layer, long values) {
        return values * (layer.shape().ringBits() <= Integer.SIZE ? Integer.BYTES : Long.BYTES);
    }

    /** The server's share of weights and biases. */
    public long shareBytes() {
        return plan.layers().stream()
                .mapToLong(layer -> lanes(layer, layer.shape().geometry().weightCount()))
                .sum();
    }

    /** Three layers in a row are worked on at a time: one is encrypted, one multiplied, one decrypted. */
    private long tripletBytes(int threads) {
        long most = 0;
        for (int first = 0; first < plan.layers().size(); first++) {
            long arrays = 0;
            long windows = 0;
            for (LinearLayer layer :
                    plan.layers().subList(first, Math.min(plan.layers().size(), first + 3))) {
                arrays += arrayBytes(layer);
                windows = Math.max(windows, windowBytes(triplets.layer(layer.shape(), batch), threads));
            }
            most = Math.max(most, arrays + windows);
        }
        return most;
    }

    /** Values of a layer while it is prepared: its inputs, masks, results and weights, as longs and as shares. */
    private long arrayBytes(LinearLayer layer) {
        ConvolutionGeometry g = layer.shape().geometry();
        return Long.BYTES * ((long) batch * (g.inputSize() + 3L * g.outputSize()) + g.weightCount())
                + lanes(layer, (long) batch * (g.inputSize() + g.outputSize()));
    }

    /** Two windows of inputs, ciphertexts in queues, and what each thread computes with. */
    private static long windowBytes(LayerPlan work, int threads) {
        LatticeParameters parameters = work.parameters();
        long polynomial = (long) parameters.limbs() * parameters.degree() * Double.BYTES;
        PackingPlan packing = work.packing();
        long groups = Math.min(work.groupsPerWindow(), packing.itemGroups());
        long inputs = groups * packing.planeBlocks();
        long window = inputs * (2 * polynomial + work.inputBytes());
        long windows = Math.min(2, work.windows()) * window;
        long resultBytes = work.format(0, 0).bytes();
        long queues = 16L * work.inputBytes() + 2L * 16 * resultBytes;
        long perThread = (packing.endBlock(0) - packing.firstBlock(0)) * polynomial
                + 12 * polynomial
                + 4L * (work.inputBytes() + resultBytes)
                + Math.max(4, 2 * groups) * resultBytes;
        return windows + queues + threads * perThread;
    }

    private long largestChunk() {
        return plan.chunks().stream()
                .flatMap(List::stream)
                .mapToLong(Estimate::chunkBytes)
                .max()
                .orElse(0);
    }

    /** Tables, labels of both words, and the wires under way. */
    private static long chunkBytes(Chunk chunk) {
        return (long) chunk.garbledBytes() + 5L * chunk.labelBytes();
    }

    private long tableBytes(boolean garbler, int threads) {
        // the garbler works on a chunk a thread; the evaluator has labels of some chunks ahead and stores one chunk
        return (garbler ? threads : 2) * largestChunk();
    }

    private long onlineBytes(boolean garbler, int threads) {
        long tensors = 0;
        for (LinearLayer layer : plan.layers()) {
            ConvolutionGeometry g = layer.shape().geometry();
            tensors = Math.max(
                    tensors,
                    lanes(layer, 3L * g.inputSize() + 3L * g.outputSize()) + Long.BYTES * (long) g.outputSize());
        }
        return tensors + threads * largestChunk() + (garbler ? productsInMemory() : 0);
    }

    /** The garbler reads all of a query's prepared products at once. */
    private long productsInMemory() {
        return plan.layers().stream()
                .mapToLong(layer -> lanes(layer, layer.shape().geometry().outputSize()))
                .sum();
    }

    // ---- the link

    /** What the preparation of the batch sends: products of layers. */
    public Traffic.Count products() {
        return products(plan, triplets, batch);
    }

    static Traffic.Count products(SharingPlan plan, TripletPlan triplets, int batch) {
        return plan.layers().stream()
                .map(layer -> triplets.layer(layer.shape(), batch).traffic())
                .reduce(Traffic.Count.NOTHING, Traffic.Count::plus);
    }

    /** The price of everything but products. */
    public SharingPrice price() {
        return new SharingPrice(plan);
    }
}
