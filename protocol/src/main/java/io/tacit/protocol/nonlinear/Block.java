package io.tacit.protocol.nonlinear;

import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.share.Ring;
import java.util.ArrayList;
import java.util.List;

/**
 * A non-linear step on one shared tensor: from a share of step {@code source}, one or more words an instance, to a fresh
 * share of step {@code target}, one word an instance.
 *
 * @param name of the step, for messages
 * @param source index of the step that is read
 * @param target index of the step whose result is made; {@link #TO_CLIENT} for the answer, whose outputs are decoded by
 *     the client alone
 * @param input ring of the words y and s, Z/2^k
 * @param residues whether y and s are residues modulo an odd number, and not modulo 2^k: then they are the shares
 *     themselves, and no differences are sent; the evaluator draws its share uniform before it can depend on anything
 * @param outputBits l', bits of the result; of no meaning for the answer
 * @param groups one for each circuit
 */
public record Block(
        String name, int source, int target, Ring input, boolean residues, int outputBits, List<Group> groups) {
    /** Target of the last block. */
    public static final int TO_CLIENT = -1;

    /** Most instances of a chunk. */
    public static final int MAX_CHUNK_INSTANCES = 1024;

    /** Fewest, where there are as many: below, hashing is slow. */
    private static final int MIN_CHUNK_INSTANCES = 64;

    /** Bytes of the tables of a chunk, about. */
    private static final int CHUNK_BYTES = 1 << 21;

    /** Bytes of the tables of a gate that one garbles and another evaluates. */
    private static final int GATE_BYTES = 32;

    /** The same for each of the parties, where all garble. */
    private static final int GATE_BYTES_PER_PARTY = 64;

    public Block {
        groups = List.copyOf(groups);
    }

    /** Of words modulo 2^k. */
    public Block(String name, int source, int target, Ring input, int outputBits, List<Group> groups) {
        this(name, source, target, input, false, outputBits, groups);
    }

    /**
     * The same for some images at once, whose tensors follow one another.
     *
     * @param channels of the source: those of image i become channels {@code i * channels ..}
     */
    public Block forImages(int images, int channels) {
        return new Block(
                name,
                source,
                target,
                input,
                residues,
                outputBits,
                groups.stream().map(group -> group.forImages(images, channels)).toList());
    }

    /**
     * The instances of a block that one circuit serves: all pairs of one of some channels and one of some cells of the
     * plane, cells fastest.
     *
     * @param circuit circuit of one instance
     * @param words words of one instance
     * @param channels channels
     * @param inputPlane values of a channel of the source
     * @param outputPlane values of a channel of the target
     * @param cellInputs for each cell the places of its words in the source's plane
     * @param cellOutputs for each cell its place in the target's plane
     */
    public record Group(
            Circuit circuit,
            int words,
            int[] channels,
            int inputPlane,
            int outputPlane,
            int[] cellInputs,
            int[] cellOutputs) {

        public Group {
            if (cellInputs.length != words * cellOutputs.length) {
                throw new IllegalArgumentException("cells of other than " + words + " words");
            }
        }

        public int instances() {
            return channels.length * cellOutputs.length;
        }

        Group forImages(int images, int channelsPerImage) {
            int[] all = new int[images * channels.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = i / channels.length * channelsPerImage + channels[i % channels.length];
            }
            return new Group(circuit, words, all, inputPlane, outputPlane, cellInputs, cellOutputs);
        }

        int instancesPerChunk(int gateBytes) {
            int fit = CHUNK_BYTES
                    / gateBytes
                    / Math.max(1, circuit.andCount())
                    / MIN_CHUNK_INSTANCES
                    * MIN_CHUNK_INSTANCES;
            return Math.max(MIN_CHUNK_INSTANCES, Math.min(MAX_CHUNK_INSTANCES, fit));
        }
    }

    /** Whether the outputs go to the client. */
    public boolean isAnswer() {
        return target == TO_CLIENT;
    }

    public int instances() {
        return groups.stream().mapToInt(Group::instances).sum();
    }

    /** AND gates of all instances. */
    public long andGates() {
        return groups.stream()
                .mapToLong(group -> (long) group.instances() * group.circuit().andCount())
                .sum();
    }

    /** Bits that are transferred obliviously for all instances. */
    public long transfers() {
        return groups.stream()
                .mapToLong(group -> (long) group.instances() * group.circuit().inputBits(InputKind.EVALUATOR))
                .sum();
    }

    /**
     * The chunks in their order, where one garbles and another evaluates.
     *
     * @param firstNumber number of the first: no two chunks of a query have the same
     */
    public List<Chunk> chunks(int firstNumber) {
        return chunksOf(firstNumber, GATE_BYTES);
    }

    /** The same where {@code parties} garble together. */
    public List<Chunk> chunks(int firstNumber, int parties) {
        return chunksOf(firstNumber, GATE_BYTES_PER_PARTY * parties);
    }

    private List<Chunk> chunksOf(int firstNumber, int gateBytes) {
        List<Chunk> chunks = new ArrayList<>();
        for (Group group : groups) {
            int step = group.instancesPerChunk(gateBytes);
            for (int first = 0; first < group.instances(); first += step) {
                int count = Math.min(step, group.instances() - first);
                chunks.add(new Chunk(firstNumber + chunks.size(), this, group, first, count));
            }
        }
        return chunks;
    }
}
