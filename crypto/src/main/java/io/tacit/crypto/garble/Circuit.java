package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.kernel.BlockArithmetic;
import java.util.List;

/**
 * A boolean circuit, ready to be run on many instances at once: by the garbler, by the evaluator, or in the clear.
 * Immutable; made by {@link CircuitBuilder}.
 */
public final class Circuit {
    /** Integers a gate takes in the program: output row and flags, left and right input row with inversion. */
    static final int GATE_INTS = 3;

    static final int IS_AND = 1;
    static final int OPENS_LEVEL = 2;

    /** Row of an input that nothing reads, and of an output that is constant. */
    static final int NO_ROW = -1;

    private final int[] program;
    private final int[][] inputRows;
    private final int[] outputRows;
    private final List<Projection> projections;
    private final int projectedBits;
    private final int rows;
    private final int andCount;
    private final int andDepth;

    Circuit(
            int[] program,
            int[][] inputRows,
            int[] outputRows,
            List<Projection> projections,
            int rows,
            int andCount,
            int andDepth) {
        this.program = program;
        this.inputRows = inputRows;
        this.outputRows = outputRows;
        this.projections = projections;
        this.projectedBits = projections.stream().mapToInt(Projection::width).sum();
        this.rows = rows;
        this.andCount = andCount;
        this.andDepth = andDepth;
    }

    /** AND gates: each costs 32 bytes of tables an instance. */
    public int andCount() {
        return andCount;
    }

    /** XOR gates: free of traffic. */
    public int xorCount() {
        return program.length / GATE_INTS - andCount;
    }

    /** AND gates on the longest path. */
    public int andDepth() {
        return andDepth;
    }

    /** Input bits of one kind. */
    public int inputBits(InputKind kind) {
        return inputRows[kind.ordinal()].length;
    }

    /** Outputs that have labels, and that decoding bits are needed for: they come first. */
    public int outputBits() {
        return outputRows.length;
    }

    /** Outputs that the evaluator reads without decoding bits: they come last. */
    public int projectedBits() {
        return projectedBits;
    }

    /** Bytes of the tables of so many instances. */
    public int tableBytes(int instances) {
        return Math.addExact(
                Math.multiplyExact(2 * BlockArithmetic.BLOCK_BYTES * andCount, instances),
                2 * BitPlanes.storedBytes(projectedBits(), instances));
    }

    /** Rows that are alive at once: working memory is 16 bytes an instance for each. */
    public int rows() {
        return rows;
    }

    int[] program() {
        return program;
    }

    int[] inputRows(InputKind kind) {
        return inputRows[kind.ordinal()];
    }

    int[] outputRows() {
        return outputRows;
    }

    List<Projection> projections() {
        return projections;
    }

    /** End, in the program, of the run of at most {@code limit} AND gates of one level that begins at {@code from}. */
    int endOfGroup(int from, int limit) {
        int end = from + GATE_INTS;
        int last = Math.min(program.length, from + limit * GATE_INTS);
        while (end < last && (program[end] & (IS_AND | OPENS_LEVEL)) == IS_AND) {
            end += GATE_INTS;
        }
        return end;
    }

    /**
     * Runs the circuit in the clear.
     *
     * @param known planes of the {@link InputKind#KNOWN} inputs; the others likewise, all with the same instances
     * @return a plane for each output
     */
    public BitPlanes evaluate(BitPlanes known, BitPlanes online, BitPlanes evaluator) {
        int instances = known.instances();
        long[][] values = new long[rows][known.wordsPerPlane()];
        load(known, InputKind.KNOWN, instances, values);
        load(online, InputKind.ONLINE, instances, values);
        load(evaluator, InputKind.EVALUATOR, instances, values);
        for (int at = 0; at < program.length; at += GATE_INTS) {
            long[] out = values[program[at] >> 2];
            long[] left = values[program[at + 1] >> 1];
            long[] right = values[program[at + 2] >> 1];
            if ((program[at] & IS_AND) != 0) {
                long invertLeft = -(program[at + 1] & 1L);
                long invertRight = -(program[at + 2] & 1L);
                for (int i = 0; i < out.length; i++) {
                    out[i] = (left[i] ^ invertLeft) & (right[i] ^ invertRight);
                }
            } else {
                for (int i = 0; i < out.length; i++) {
                    out[i] = left[i] ^ right[i];
                }
            }
        }
        BitPlanes results = new BitPlanes(outputRows.length + projectedBits(), instances);
        for (int plane = 0; plane < outputRows.length; plane++) {
            int row = outputRows[plane] >> 1;
            boolean inverted = (outputRows[plane] & 1) == 1;
            for (int i = 0; i < instances; i++) {
                boolean value = row != NO_ROW && (values[row][i >> 6] >>> i & 1) == 1;
                results.set(plane, i, value != inverted);
            }
        }
        project(values, known, results);
        return results;
    }

    private void project(long[][] rowValues, BitPlanes known, BitPlanes results) {
        long[] masks = new long[results.instances()];
        int plane = outputRows.length;
        for (Projection projection : projections) {
            long[] row = rowValues[projection.source() >> 1];
            known.getValues(projection.firstMask(), projection.width(), masks, 0);
            for (int i = 0; i < masks.length; i++) {
                masks[i] = projection.value((row[i >> 6] >>> i ^ projection.source()) & 1, masks[i]);
            }
            results.setValues(plane, projection.width(), masks, 0);
            plane += projection.width();
        }
    }

    private void load(BitPlanes planes, InputKind kind, int instances, long[][] values) {
        requireInputs(planes, kind, instances);
        int[] kindRows = inputRows(kind);
        for (int plane = 0; plane < kindRows.length; plane++) {
            if (kindRows[plane] != NO_ROW) {
                int words = planes.wordsPerPlane();
                System.arraycopy(planes.words(), plane * words, values[kindRows[plane]], 0, words);
            }
        }
    }

    void requireInputs(BitPlanes planes, InputKind kind, int instances) {
        if (planes.planes() != inputBits(kind) || planes.instances() != instances) {
            throw new IllegalArgumentException(kind + " inputs: " + planes.planes() + " planes of " + planes.instances()
                    + " instances where " + inputBits(kind) + " of " + instances + " are wanted");
        }
    }
}
