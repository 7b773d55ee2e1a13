package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Objects;

/**
 * Garbles circuits in batches of instances: half-gates (Zahur, Rosulek, Evans 2015) with free XOR and point and permute,
 * 32 bytes of tables an AND gate and instance. Not thread-safe; garblers of one session that work side by side share the
 * offset and have different seeds.
 *
 * <p>Security guarantee, against a semi-honest evaluator who holds one label of each input: it learns nothing but the
 * outputs whose decoding bits it is given, as long as the hash is circular correlation robust (see
 * {@link io.tacit.crypto.block.CircularHash}). Nothing is guaranteed to an evaluator against a garbler that deviates. Two
 * batches never share labels: rows of the label streams are numbered by the batch, and a garbler counts its batches; a
 * secret seed is used for one garbler only.
 */
public final class Garbler implements AutoCloseable {
    /** Most instances in one batch. 256 to 1024 are fastest. */
    public static final int MAX_INSTANCES = 1 << 12;

    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;
    private static final int RUNS = 4;

    private final FreeXorOffset offset;
    private final Seed publicSeed;
    private final Batch batch;
    private final BlockStream onlineLabels;
    private long nextBatch;
    private int pieceGates;

    /** A garbler with memory of its own. */
    public Garbler(FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        this(offset, secret, blocks, new Workspace());
    }

    /**
     * @param secret seed of this garbler alone
     * @param space for nobody else until this is closed
     */
    public Garbler(FreeXorOffset offset, Seed secret, BlockArithmetic blocks, Workspace space) {
        this.offset = offset;
        this.publicSeed = secret.derive("garbling", "public");
        this.batch = new Batch(publicSeed, blocks, space);
        this.onlineLabels = OnlineEncoder.labels(secret, blocks);
    }

    /** {@link Seed#BYTES} bytes that the evaluator needs, and may know at any time. */
    public byte[] publicSeed() {
        return publicSeed.reveal();
    }

    /**
     * What the garbler keeps of a batch.
     *
     * @param number counts this garbler's batches from 0; the evaluator needs it
     * @param decoding a plane for each output: an output is this xor the evaluator's colour. Whoever holds both reads it.
     *     Planes of projected outputs are zero: the evaluator reads them without
     */
    public record Garbled(long number, BitPlanes decoding) {}

    /**
     * Garbles one batch.
     *
     * @param known the {@link InputKind#KNOWN} inputs; its instances are the batch's
     * @param evaluatorLabels zero labels of the {@link InputKind#EVALUATOR} inputs, from correlated transfers under this
     *     garbler's offset: input bit w of instance i is block {@code w * instances + i}
     * @param evaluatorOffset first byte of them
     * @param tables receives {@link Circuit#tableBytes}, in pieces of at most about 256 KiB
     */
    public Garbled garble(
            Circuit circuit, BitPlanes known, byte[] evaluatorLabels, int evaluatorOffset, TableSink tables) {
        int instances = known.instances();
        circuit.requireInputs(known, InputKind.KNOWN, instances);
        long number = nextBatch;
        batch.open(number, circuit, instances, RUNS);
        nextBatch++;
        loadKnown(circuit, known);
        loadOnline(circuit, number, instances);
        loadEvaluator(circuit, instances, evaluatorLabels, evaluatorOffset);
        runGates(circuit, instances, tables);
        runProjections(circuit, known, tables);
        return new Garbled(number, decoding(circuit, instances));
    }

    private void loadKnown(Circuit circuit, BitPlanes known) {
        int[] rows = circuit.inputRows(InputKind.KNOWN);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                byte[] row = batch.row(rows[bit]);
                batch.knownLabels(bit, row);
                batch.blocks.xorSelected(
                        row,
                        0,
                        known.words(),
                        known.firstBit(bit),
                        offset.low(),
                        offset.high(),
                        row,
                        0,
                        known.instances());
            }
        }
    }

    private void loadOnline(Circuit circuit, long number, int instances) {
        int[] rows = circuit.inputRows(InputKind.ONLINE);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                onlineLabels.fill(number, (long) bit * instances, batch.row(rows[bit]), 0, instances);
            }
        }
    }

    private void loadEvaluator(Circuit circuit, int instances, byte[] labels, int labelsOffset) {
        int[] rows = circuit.inputRows(InputKind.EVALUATOR);
        int rowBytes = instances * BLOCK;
        Objects.checkFromIndexSize(labelsOffset, rows.length * rowBytes, labels.length);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                System.arraycopy(labels, labelsOffset + bit * rowBytes, batch.row(rows[bit]), 0, rowBytes);
            }
        }
    }

    private void runGates(Circuit circuit, int instances, TableSink tables) {
        int[] program = circuit.program();
        int rowBytes = instances * BLOCK;
        pieceGates = 0;
        for (int at = 0; at < program.length; ) {
            if ((program[at] & Circuit.IS_AND) == 0) {
                batch.blocks.xor(
                        batch.row(program[at + 1] >> 1),
                        0,
                        batch.row(program[at + 2] >> 1),
                        0,
                        batch.row(program[at] >> 2),
                        0,
                        rowBytes);
                at += Circuit.GATE_INTS;
            } else {
                if (pieceGates == batch.gatesPerPiece()) {
                    flush(tables);
                }
                int end = circuit.endOfGroup(at, Math.min(batch.nextGates(), batch.gatesPerPiece() - pieceGates));
                garbleGroup(program, at, end, instances);
                at = end;
            }
        }
        flush(tables);
    }

    private void garbleGroup(int[] program, int from, int end, int instances) {
        int slice = batch.slice();
        for (int first = 0; first < instances; first += slice) {
            garbleSlice(program, from, end, instances, first, Math.min(slice, instances - first));
        }
        int gates = (end - from) / Circuit.GATE_INTS;
        batch.passed(gates);
        pieceGates += gates;
    }

    private void garbleSlice(int[] program, int from, int end, int instances, int first, int count) {
        int run = count * BLOCK;
        int start = first * BLOCK;
        byte[] labels = batch.labels();
        int place = 0;
        for (int at = from; at < end; at += Circuit.GATE_INTS) {
            loadPair(program[at + 1], start, labels, place, place + 2 * run, count);
            loadPair(program[at + 2], start, labels, place + run, place + 3 * run, count);
            place += RUNS * run;
        }
        batch.hash((end - from) / Circuit.GATE_INTS, first, count);
        place = 0;
        int table = pieceGates * batch.tableBytes() + start;
        for (int at = from; at < end; at += Circuit.GATE_INTS) {
            batch.blocks.garbleAnd(
                    labels,
                    batch.hashLeft(),
                    batch.hashRight(),
                    place,
                    count,
                    offset.low(),
                    offset.high(),
                    batch.row(program[at] >> 2),
                    start,
                    batch.pieceBytes(),
                    table,
                    table + instances * BLOCK);
            table += batch.tableBytes();
            place += RUNS * run;
        }
    }

    /** Writes the labels of false and of true; an inverted wire's label of false is its wire's label of true. */
    private void loadPair(int input, int start, byte[] labels, int zero, int one, int count) {
        byte[] row = batch.row(input >> 1);
        boolean inverted = (input & 1) == 1;
        System.arraycopy(row, start, labels, inverted ? one : zero, count * BLOCK);
        batch.blocks.xorConstant(row, start, offset.low(), offset.high(), labels, inverted ? zero : one, count);
    }

    /** Two planes for each projected bit: what the label of colour 0 opens, and what that of colour 1 opens. */
    private void runProjections(Circuit circuit, BitPlanes known, TableSink tables) {
        int instances = known.instances();
        long[] masks = new long[instances];
        long[] ofOther = new long[instances];
        for (Projection projection : circuit.projections()) {
            batch.nextGates();
            known.getValues(projection.firstMask(), projection.width(), masks, 0);
            int slice = batch.slice();
            for (int first = 0; first < instances; first += slice) {
                encryptSlice(projection, first, Math.min(slice, instances - first), masks, ofOther);
            }
            batch.passed(1);
            try (BitPlanes encrypted = new BitPlanes(2 * projection.width(), instances)) {
                encrypted.setValues(0, projection.width(), masks, 0);
                encrypted.setValues(projection.width(), projection.width(), ofOther, 0);
                byte[] bytes = new byte[BitPlanes.storedBytes(encrypted.planes(), instances)];
                encrypted.store(encrypted.planes(), bytes, 0);
                tables.write(bytes, 0, bytes.length);
            }
        }
    }

    /** Writes what the label of colour 0 opens in the place of the masks. */
    private void encryptSlice(Projection projection, int first, int count, long[] masks, long[] ofOther) {
        loadPair(projection.source(), first * BLOCK, batch.labels(), 0, count * BLOCK, count);
        batch.hashProjected(2, first, count);
        for (int i = 0; i < count; i++) {
            long ofFalse = projection.value(0, masks[first + i]) ^ batch.hashedWord(i);
            long ofTrue = projection.value(1, masks[first + i]) ^ batch.hashedWord(count + i);
            long exchanged = (ofFalse ^ ofTrue) & -batch.colour(i);
            masks[first + i] = ofFalse ^ exchanged;
            ofOther[first + i] = ofTrue ^ exchanged;
        }
    }

    private void flush(TableSink tables) {
        if (pieceGates > 0) {
            tables.write(batch.pieceBytes(), 0, pieceGates * batch.tableBytes());
            pieceGates = 0;
        }
    }

    private BitPlanes decoding(Circuit circuit, int instances) {
        int[] outputs = circuit.outputRows();
        BitPlanes decoding = new BitPlanes(outputs.length + circuit.projectedBits(), instances);
        for (int plane = 0; plane < outputs.length; plane++) {
            int row = outputs[plane] >> 1;
            if (row != Circuit.NO_ROW) {
                batch.blocks.colours(batch.row(row), 0, instances, decoding.words(), decoding.firstBit(plane));
            }
            if ((outputs[plane] & 1) == 1) {
                decoding.invert(plane);
            }
        }
        return decoding;
    }

    /** Overwrites labels and seed; the offset is its owner's to close. */
    @Override
    public void close() {
        batch.wipe();
        publicSeed.close();
    }
}
