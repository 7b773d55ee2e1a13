package io.tacit.protocol.plan;

import io.tacit.crypto.share.Ring;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.nonlinear.Chunk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two servers compute on additive shares of one network, in order; see the protocol page {@code outsourced}.
 *
 * <p>The result of every step is shared over the smallest ring that its readers need: a non-linear step needs the bits of
 * what it reads, a linear step those of its own result, since everything is computed modulo the ring of the result. Most
 * layers of 8-bit networks so need 20 to 22 bits.
 *
 * <p><em>Stages</em>: in stage 0 a query is admitted; in each further stage the evaluator opens the inputs of linear layers,
 * both compute them, and all non-linear steps that can run are run: one round trip. An input of a linear layer of which the
 * garbler knows its share when it prepares, because it consists of its own masks, is opened by the evaluator alone; every
 * other one is <em>fresh</em>: both open, and the garbler's part comes with the stage before.
 */
public final class SharingPlan {
    private final PublicNetwork network;
    private final SharingSettings settings;
    private final BlockPlan blocks;
    private final int[] ringBits; // 0: nobody reads the step, or it is inside a block
    private final int[] stage; // in which the step's shares are there
    private final boolean[] known;
    private final List<Opening> openings;
    private final List<LinearLayer> layers;
    private final List<Stage> stages;

    /**
     * An opening of a masked tensor, F = X - B_0 - B_1, for all linear layers that read it.
     *
     * @param index its number
     * @param tensor index of the step whose result X is
     * @param ring widest ring of its readers
     * @param fresh whether both servers draw a mask and open; else the garbler's share of X is its mask B_0
     */
    public record Opening(int index, int tensor, Ring ring, boolean fresh) {}

    /**
     * A linear layer.
     *
     * @param index its number in order of execution
     * @param step index of the step
     * @param shape geometry and ring
     * @param opening index of the opening of what it reads
     */
    public record LinearLayer(int index, int step, LinearShape shape, int opening) {
        /** Ring of weights, of the product and of the result. */
        public Ring ring() {
            return new Ring(shape.ringBits());
        }
    }

    /**
     * A stage, in the order in which its parts run.
     *
     * @param maps steps that are maps of shares the garbler knows when it prepares
     * @param openings what the evaluator opens
     * @param steps linear layers and other maps of shares
     * @param blocks non-linear steps
     * @param replies fresh openings of the next stage, of which the garbler sends its part
     */
    public record Stage(
            List<Integer> maps,
            List<Opening> openings,
            List<Integer> steps,
            List<Block> blocks,
            List<Opening> replies) {}

    /**
     * @throws UnsupportedModelException naming every step whose values are too wide for shares, or for the preparation of
     *     linear layers, with both limits
     */
    public SharingPlan(PublicNetwork network, SharingSettings settings) {
        this(network, settings, 1, Resharing.PROJECTED);
    }

    /**
     * The same for a part of a network, whose result others read.
     *
     * @param leastOutputBits bits that the ring of the last step's result has at least
     * @param resharing how results of blocks get their new masks
     */
    public SharingPlan(PublicNetwork network, SharingSettings settings, int leastOutputBits, Resharing resharing) {
        this.network = network;
        this.settings = settings;
        if (!settings.disclosure().suits(network.classes())) {
            throw new IllegalArgumentException("the " + settings.disclosure().places() + " best of " + network.classes()
                    + " classes: a network of one output has its score alone to tell");
        }
        blocks = new BlockPlan(network, resharing);
        ringBits = ShareRings.bits(network, blocks, leastOutputBits);
        refuseWideSteps();
        int count = network.steps().size();
        stage = new int[count];
        known = new boolean[count];
        openings = new ArrayList<>();
        layers = new ArrayList<>();
        stages = arrange();
    }

    // ---- rings

    private void refuseWideSteps() {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < ringBits.length; i++) {
            boolean linear = step(i).operation() instanceof Operation.Linear;
            int most = linear ? settings.linearRingBits() : Ring.MAX_BITS;
            if (ringBits[i] > most) {
                findings.add(new Finding(
                        step(i).name(),
                        step(i).operation().getClass().getSimpleName(),
                        "",
                        0,
                        "its shares need " + ringBits[i] + " bits; shares have at most " + Ring.MAX_BITS
                                + " and products of linear layers are prepared with at most "
                                + settings.linearRingBits(),
                        "quantise with fewer bits or without deferred segments"));
            }
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
    }

    // ---- stages

    /** The parts of a stage while they are found. */
    private static final class Draft {
        final List<Integer> maps = new ArrayList<>();
        final List<Opening> openings = new ArrayList<>();
        final List<Integer> steps = new ArrayList<>();
        final List<Block> blocks = new ArrayList<>();
        final List<Opening> replies = new ArrayList<>();
    }

    private List<Stage> arrange() {
        TreeMap<Integer, Draft> drafts = new TreeMap<>();
        Map<Integer, Opening> opened = new TreeMap<>();
        List<int[]> linear = new ArrayList<>(); // stage, step, opening
        for (int i = 0; i < ringBits.length; i++) {
            if (ringBits[i] == 0 || blocks.isAbsorbed(i)) {
                continue;
            }
            if (blocks.isMadeByBlock(i)) {
                int at = Math.max(1, stage[blocks.source(i)]);
                draft(drafts, at).blocks.add(blocks.block(i, ringBits[i]));
                stage[i] = at + 1;
                known[i] = true;
                continue;
            }
            PublicStep step = step(i);
            if (step.operation() instanceof Operation.Linear) {
                int source = step.sources().get(0);
                Opening opening = opened.computeIfAbsent(source, tensor -> open(tensor, drafts));
                stage[i] = opening.fresh() ? stage[source] + 1 : stage[source];
                linear.add(new int[] {stage[i], i, opening.index()});
                draft(drafts, stage[i]).steps.add(i);
            } else if (!(step.operation() instanceof Operation.Input)) {
                stage[i] = step.sources().stream().mapToInt(s -> stage[s]).max().orElseThrow();
                known[i] = step.sources().stream().allMatch(s -> known[s]);
                Draft draft = draft(drafts, stage[i]);
                (known[i] ? draft.maps : draft.steps).add(i);
            }
        }
        int last = ringBits.length - 1;
        if (settings.disclosure().kind() != Disclosure.Kind.SCORES) {
            draft(drafts, Math.max(1, stage[last]))
                    .blocks
                    .add(blocks.answer(last, settings.disclosure().places()));
        }
        linear.sort((a, b) -> a[0] != b[0] ? Integer.compare(a[0], b[0]) : Integer.compare(a[1], b[1]));
        for (int[] entry : linear) {
            Operation.Linear operation = (Operation.Linear) step(entry[1]).operation();
            LinearShape shape = new LinearShape(operation.geometry(), ringBits[entry[1]]);
            layers.add(new LinearLayer(layers.size(), entry[1], shape, entry[2]));
        }
        List<Stage> result = new ArrayList<>();
        for (int i = 0; i <= Math.max(drafts.isEmpty() ? 0 : drafts.lastKey(), stage[last]); i++) {
            Draft draft = draft(drafts, i);
            result.add(new Stage(
                    List.copyOf(draft.maps),
                    List.copyOf(draft.openings),
                    List.copyOf(draft.steps),
                    List.copyOf(draft.blocks),
                    List.copyOf(draft.replies)));
        }
        return List.copyOf(result);
    }

    private static Draft draft(TreeMap<Integer, Draft> drafts, int stage) {
        return drafts.computeIfAbsent(stage, s -> new Draft());
    }

    private Opening open(int tensor, TreeMap<Integer, Draft> drafts) {
        int bits = 0;
        for (int i = tensor + 1; i < ringBits.length; i++) {
            boolean reads = step(i).operation() instanceof Operation.Linear
                    && step(i).sources().get(0) == tensor;
            bits = reads ? Math.max(bits, ringBits[i]) : bits;
        }
        Opening opening = new Opening(openings.size(), tensor, new Ring(bits), !known[tensor]);
        openings.add(opening);
        if (opening.fresh()) {
            draft(drafts, stage[tensor]).replies.add(opening);
            draft(drafts, stage[tensor] + 1).openings.add(opening);
        } else {
            draft(drafts, stage[tensor]).openings.add(opening);
        }
        return opening;
    }

    // ---- what the plan says

    /** SHA-256 of everything that the plan is made from: parties with the same one compute the same. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(network.hash());
            digest.update(ByteBuffer.allocate(4 * Integer.BYTES)
                    .putInt(settings.disclosure().kind().ordinal())
                    .putInt(settings.disclosure().places())
                    .putInt(settings.extension().fieldBits())
                    .putInt(settings.linearRingBits())
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public PublicNetwork network() {
        return network;
    }

    public SharingSettings settings() {
        return settings;
    }

    public Disclosure disclosure() {
        return settings.disclosure();
    }

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    /** Ring in which the shares of a step's result stand. @throws IllegalArgumentException for a step that has none */
    public Ring ring(int step) {
        return new Ring(ringBits[step]);
    }

    /** Whether the garbler knows its share of a step's result when it prepares. */
    public boolean isKnownToGarbler(int step) {
        return known[step];
    }

    /** Whether the network's scores cannot be negative, by the kinds of its steps. */
    public boolean scoresAreUnsigned() {
        return blocks.isUnsigned(ringBits.length - 1);
    }

    /** The stages in order; the first admits the query. */
    public List<Stage> stages() {
        return stages;
    }

    /** All openings, by index. */
    public List<Opening> openings() {
        return List.copyOf(openings);
    }

    /** Linear layers in the order in which they run. */
    public List<LinearLayer> layers() {
        return List.copyOf(layers);
    }

    /** The layer that is a step. @throws IllegalArgumentException if the step is no linear layer that runs */
    public LinearLayer layer(int step) {
        return layers.stream()
                .filter(layer -> layer.step() == step)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(step(step).name() + " is no linear layer that runs"));
    }

    /** All blocks in the order in which they run. */
    public List<Block> blocks() {
        return stages.stream().flatMap(s -> s.blocks().stream()).toList();
    }

    /** The chunks of each block of {@link #blocks}, numbered through. */
    public List<List<Chunk>> chunks() {
        List<List<Chunk>> result = new ArrayList<>();
        int number = 0;
        for (Block block : blocks()) {
            List<Chunk> chunks = block.chunks(number);
            number += chunks.size();
            result.add(chunks);
        }
        return List.copyOf(result);
    }

    /** For each step whether its shares are read after a stage; the answer's always are. */
    public boolean[] isReadAfter(int lastStage) {
        boolean[] read = new boolean[ringBits.length];
        for (int s = lastStage + 1; s < stages.size(); s++) {
            Stage next = stages.get(s);
            next.maps().forEach(i -> step(i).sources().forEach(source -> read[source] = true));
            next.steps().forEach(i -> step(i).sources().forEach(source -> read[source] = true));
            next.openings().forEach(opening -> read[opening.tensor()] = true);
            next.blocks().forEach(block -> read[block.source()] = true);
        }
        read[ringBits.length - 1] = true;
        return read;
    }
}
