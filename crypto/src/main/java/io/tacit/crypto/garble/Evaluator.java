package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Objects;

/**
 * Evaluates batches that a {@link Garbler} garbled. Not thread-safe; evaluators that work side by side share nothing.
 *
 * <p>Security: sees one label of each wire. Its result, the colours of the outputs, is uniformly random for it unless it
 * is given decoding bits. It cannot tell whether the tables are right: the garbler is trusted to follow the protocol.
 */
public final class Evaluator implements AutoCloseable {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;
    private static final int RUNS = 2;

    private final Batch batch;
    private int pieceGates;
    private int gatesInPiece;
    private int gatesLeft;

    /** An evaluator with memory of its own. */
    public Evaluator(byte[] publicSeed, BlockArithmetic blocks) {
        this(publicSeed, blocks, new Workspace());
    }

    /**
     * @param publicSeed the garbler's {@link Garbler#publicSeed}
     * @param space for nobody else until this is closed
     */
    public Evaluator(byte[] publicSeed, BlockArithmetic blocks, Workspace space) {
        batch = new Batch(Seed.of(publicSeed), blocks, space);
    }

    /** Labels of inputs: bit w of instance i is block {@code w * instances + i}, from byte {@code offset} on. */
    public record Labels(byte[] bytes, int offset) {
        /** For circuits without such inputs. */
        public static final Labels NONE = new Labels(new byte[0], 0);
    }

    /**
     * Evaluates one batch.
     *
     * @param number the batch's number at the garbler
     * @param online labels of the {@link InputKind#ONLINE} inputs
     * @param evaluator labels of the {@link InputKind#EVALUATOR} inputs
     * @return a plane of colours for each output, and the planes of projected outputs as they are
     */
    public BitPlanes evaluate(
            Circuit circuit, long number, int instances, Labels online, Labels evaluator, TableSource tables) {
        batch.open(number, circuit, instances, RUNS);
        int[] known = circuit.inputRows(InputKind.KNOWN);
        for (int bit = 0; bit < known.length; bit++) {
            if (known[bit] != Circuit.NO_ROW) {
                batch.knownLabels(bit, batch.row(known[bit]));
            }
        }
        load(circuit.inputRows(InputKind.ONLINE), instances, online);
        load(circuit.inputRows(InputKind.EVALUATOR), instances, evaluator);
        runGates(circuit, instances, tables);
        BitPlanes results = colours(circuit, instances);
        runProjections(circuit, results, tables);
        return results;
    }

    private void load(int[] rows, int instances, Labels labels) {
        int rowBytes = instances * BLOCK;
        Objects.checkFromIndexSize(labels.offset, rows.length * rowBytes, labels.bytes.length);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                System.arraycopy(labels.bytes, labels.offset + bit * rowBytes, batch.row(rows[bit]), 0, rowBytes);
            }
        }
    }

    private void runGates(Circuit circuit, int instances, TableSource tables) {
        int[] program = circuit.program();
        int rowBytes = instances * BLOCK;
        gatesLeft = circuit.andCount();
        pieceGates = 0;
        gatesInPiece = 0;
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
                if (pieceGates == gatesInPiece) {
                    readPiece(tables);
                }
                int end = circuit.endOfGroup(at, Math.min(batch.nextGates(), gatesInPiece - pieceGates));
                evaluateGroup(program, at, end, instances);
                at = end;
            }
        }
    }

    private void readPiece(TableSource tables) {
        gatesInPiece = Math.min(gatesLeft, batch.gatesPerPiece());
        tables.read(batch.pieceBytes(), 0, gatesInPiece * batch.tableBytes());
        gatesLeft -= gatesInPiece;
        pieceGates = 0;
    }

    private void evaluateGroup(int[] program, int from, int end, int instances) {
        int slice = batch.slice();
        for (int first = 0; first < instances; first += slice) {
            evaluateSlice(program, from, end, instances, first, Math.min(slice, instances - first));
        }
        int gates = (end - from) / Circuit.GATE_INTS;
        batch.passed(gates);
        pieceGates += gates;
    }

    private void evaluateSlice(int[] program, int from, int end, int instances, int first, int count) {
        int run = count * BLOCK;
        int start = first * BLOCK;
        byte[] labels = batch.labels();
        int place = 0;
        for (int at = from; at < end; at += Circuit.GATE_INTS) {
            System.arraycopy(batch.row(program[at + 1] >> 1), start, labels, place, run);
            System.arraycopy(batch.row(program[at + 2] >> 1), start, labels, place + run, run);
            place += RUNS * run;
        }
        batch.hash((end - from) / Circuit.GATE_INTS, first, count);
        place = 0;
        int table = pieceGates * batch.tableBytes() + start;
        for (int at = from; at < end; at += Circuit.GATE_INTS) {
            batch.blocks.evaluateAnd(
                    labels,
                    batch.hashLeft(),
                    batch.hashRight(),
                    place,
                    count,
                    batch.row(program[at] >> 2),
                    start,
                    batch.pieceBytes(),
                    table,
                    table + instances * BLOCK);
            table += batch.tableBytes();
            place += RUNS * run;
        }
    }

    private void runProjections(Circuit circuit, BitPlanes results, TableSource tables) {
        int instances = results.instances();
        long[] ofZero = new long[instances];
        long[] ofOne = new long[instances];
        int plane = circuit.outputBits();
        for (Projection projection : circuit.projections()) {
            batch.nextGates();
            BitPlanes encrypted = new BitPlanes(2 * projection.width(), instances);
            byte[] bytes = new byte[BitPlanes.storedBytes(encrypted.planes(), instances)];
            tables.read(bytes, 0, bytes.length);
            encrypted.load(encrypted.planes(), bytes, 0);
            encrypted.getValues(0, projection.width(), ofZero, 0);
            encrypted.getValues(projection.width(), projection.width(), ofOne, 0);
            int slice = batch.slice();
            for (int first = 0; first < instances; first += slice) {
                decryptSlice(projection, first, Math.min(slice, instances - first), ofZero, ofOne);
            }
            batch.passed(1);
            results.setValues(plane, projection.width(), ofZero, 0);
            plane += projection.width();
        }
    }

    /** Writes what the labels open in the place of the first. */
    private void decryptSlice(Projection projection, int first, int count, long[] ofZero, long[] ofOne) {
        System.arraycopy(batch.row(projection.source() >> 1), first * BLOCK, batch.labels(), 0, count * BLOCK);
        batch.hashProjected(1, first, count);
        for (int i = 0; i < count; i++) {
            long chosen = (ofZero[first + i] ^ ofOne[first + i]) & -batch.colour(i);
            ofZero[first + i] ^= chosen ^ batch.hashedWord(i);
        }
    }

    private BitPlanes colours(Circuit circuit, int instances) {
        int[] outputs = circuit.outputRows();
        BitPlanes colours = new BitPlanes(outputs.length + circuit.projectedBits(), instances);
        for (int plane = 0; plane < outputs.length; plane++) {
            int row = outputs[plane] >> 1;
            if (row != Circuit.NO_ROW) {
                batch.blocks.colours(batch.row(row), 0, instances, colours.words(), colours.firstBit(plane));
            }
        }
        return colours;
    }

    /** Overwrites the labels. */
    @Override
    public void close() {
        batch.wipe();
    }
}
