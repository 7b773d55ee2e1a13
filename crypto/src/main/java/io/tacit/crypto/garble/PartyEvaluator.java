package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * Evaluates batches that n parties garbled, see {@link PartyGarbler}: at each gate it has all parties' labels of the
 * inputs' external bits, and finds all parties' labels of the output's. Not thread-safe; evaluators that work side by side
 * share nothing.
 *
 * <p>Security: sees external bits alone. Its result is uniformly random for it unless it is given the masks of the outputs.
 */
public final class PartyEvaluator implements AutoCloseable {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    private final int parties;
    private final BlockArithmetic blocks;

    // labels: a row of blocks for each live wire, by party
    private final byte[][][] labels;
    private final GateHash[] hashes;
    private final ZeroLabels[] open;

    private final HashBuffers hashing = new HashBuffers();
    private byte[] sums = new byte[0];
    private byte[] piece = new byte[0];

    public PartyEvaluator(int parties, BlockArithmetic blocks) {
        this.parties = parties;
        this.blocks = blocks;
        this.labels = new byte[parties][0][];
        this.hashes = new GateHash[parties];
        this.open = new ZeroLabels[parties];
    }

    /**
     * Evaluates one batch.
     *
     * @param publicSeeds as {@link PartyGarbler.Product#begin} got them
     * @param online labels of the {@link InputKind#ONLINE} inputs from {@link PartyEncoder}, of one party after another:
     *     bit w of instance i of party j is block {@code (j * bits + w) * instances + i}
     * @return external bits of the outputs
     */
    public BitPlanes evaluate(Circuit circuit, int instances, byte[] publicSeeds, byte[] online, TableSource tables) {
        PartyTables layout = new PartyTables(parties, instances);
        int onlineBytes = circuit.inputBits(InputKind.ONLINE) * layout.rowBytes();
        if (publicSeeds.length != parties * Seed.BYTES || online.length < parties * onlineBytes) {
            throw new IllegalArgumentException("seeds or labels of other than " + parties + " parties");
        }
        reserve(circuit, layout);
        for (int party = 0; party < parties; party++) {
            try (Seed seed = Seed.of(Arrays.copyOfRange(publicSeeds, party * Seed.BYTES, (party + 1) * Seed.BYTES))) {
                hashes[party] = TableMaker.tableHash(seed, layout, blocks);
                open[party] = ZeroLabels.open(seed, blocks);
            }
        }
        loadOpen(circuit.inputRows(InputKind.KNOWN), ZeroLabels.Source.KNOWN, instances);
        loadOpen(circuit.inputRows(InputKind.EVALUATOR), ZeroLabels.Source.EVALUATOR, instances);
        loadOnline(circuit.inputRows(InputKind.ONLINE), online, layout.rowBytes());
        runGates(circuit, layout, tables);
        return externalBits(circuit, instances);
    }

    private void reserve(Circuit circuit, PartyTables layout) {
        for (int party = 0; party < parties; party++) {
            labels[party] = HashBuffers.rows(labels[party], circuit.rows(), layout.rowBytes());
        }
        int bytes = layout.hashedBytes(parties);
        hashing.reserve(bytes);
        if (sums.length < bytes) {
            sums = new byte[bytes];
        }
        int pieceBytes = layout.gatesPerPiece() * layout.gateBytes();
        if (piece.length < pieceBytes) {
            piece = new byte[pieceBytes];
        }
    }

    private void loadOpen(int[] rows, ZeroLabels.Source source, int instances) {
        for (int bit = 0; bit < rows.length; bit++) {
            for (int party = 0; party < parties && rows[bit] != Circuit.NO_ROW; party++) {
                open[party].fill(source, bit, instances, 0, labels[party][rows[bit]], 0, instances);
            }
        }
    }

    private void loadOnline(int[] rows, byte[] online, int rowBytes) {
        for (int bit = 0; bit < rows.length; bit++) {
            for (int party = 0; party < parties && rows[bit] != Circuit.NO_ROW; party++) {
                int from = (party * rows.length + bit) * rowBytes;
                System.arraycopy(online, from, labels[party][rows[bit]], 0, rowBytes);
            }
        }
    }

    private void runGates(Circuit circuit, PartyTables layout, TableSource tables) {
        int[] program = circuit.program();
        int gatesLeft = circuit.andCount();
        int pieceGates = 0;
        int gatesInPiece = 0;
        for (int at = 0; at < program.length; ) {
            if ((program[at] & Circuit.IS_AND) == 0) {
                add(program[at + 1] >> 1, program[at + 2] >> 1, program[at] >> 2, layout.rowBytes());
                at += Circuit.GATE_INTS;
                continue;
            }
            if (pieceGates == gatesInPiece) {
                gatesInPiece = Math.min(gatesLeft, layout.gatesPerPiece());
                tables.read(piece, 0, gatesInPiece * layout.gateBytes());
                gatesLeft -= gatesInPiece;
                pieceGates = 0;
            }
            int limit = Math.min(layout.gatesTogether(parties), gatesInPiece - pieceGates);
            int end = circuit.endOfGroup(at, Math.min(room(), limit));
            int gates = (end - at) / Circuit.GATE_INTS;
            int slice = layout.slice(parties);
            for (int first = 0; first < layout.instances(); first += slice) {
                int count = Math.min(slice, layout.instances() - first);
                evaluateSlice(program, at, gates, layout, pieceGates, first, count);
            }
            for (GateHash hash : hashes) {
                hash.passed(gates);
            }
            pieceGates += gates;
            at = end;
        }
    }

    private int room() {
        int room = Integer.MAX_VALUE;
        for (GateHash hash : hashes) {
            room = Math.min(room, hash.room());
        }
        return room;
    }

    private void add(int left, int right, int out, int rowBytes) {
        for (byte[][] rows : labels) {
            blocks.xor(rows[left], 0, rows[right], 0, rows[out], 0, rowBytes);
        }
    }

    private void evaluateSlice(
            int[] program, int from, int gates, PartyTables layout, int pieceGates, int first, int count) {
        int start = first * BLOCK;
        int run = count * BLOCK;
        int runs = gates * parties;
        Arrays.fill(sums, 0, runs * run, (byte) 0);
        for (int party = 0; party < parties; party++) {
            for (int i = 0; i < gates; i++) {
                byte[] left = labels[party][program[from + i * Circuit.GATE_INTS + 1] >> 1];
                byte[] right = labels[party][program[from + i * Circuit.GATE_INTS + 2] >> 1];
                blocks.join(left, start, right, start, hashing.in, i * run, count);
            }
            hash(hashes[party], gates, first, count);
        }
        for (int i = 0; i < gates; i++) {
            int at = from + i * Circuit.GATE_INTS;
            byte[] left = labels[0][program[at + 1] >> 1];
            byte[] right = labels[0][program[at + 2] >> 1];
            for (int party = 0; party < parties; party++) {
                int table = layout.place(pieceGates + i, party) + start;
                int sum = (i * parties + party) * run;
                blocks.addRow(left, start, right, start, piece, table, layout.rowBytes(), sums, sum, count);
            }
            for (int party = 0; party < parties; party++) {
                int sum = (i * parties + party) * run;
                System.arraycopy(sums, sum, labels[party][program[at] >> 2], start, run);
            }
        }
    }

    /** Adds one party's hashes of the joined labels: for each gate one for each party. */
    private void hash(GateHash hash, int gates, int first, int count) {
        int run = count * BLOCK;
        hash.permute(hashing.in, hashing.permuted, gates * count);
        for (int i = 0; i < gates; i++) {
            for (int party = 0; party < parties; party++) {
                int at = (i * parties + party) * run;
                hash.tweak(hashing.permuted, i * run, i, party, first, hashing.tweaked, at, count);
                blocks.xor(sums, at, hashing.permuted, i * run, sums, at, run);
            }
        }
        hash.permute(hashing.tweaked, hashing.out, gates * parties * count);
        blocks.xor(sums, 0, hashing.out, 0, sums, 0, gates * parties * run);
    }

    private BitPlanes externalBits(Circuit circuit, int instances) {
        int[] outputs = circuit.outputRows();
        BitPlanes bits = new BitPlanes(outputs.length, instances);
        for (int plane = 0; plane < outputs.length; plane++) {
            int row = outputs[plane] >> 1;
            if (row != Circuit.NO_ROW) {
                blocks.colours(labels[0][row], 0, instances, bits.words(), bits.firstBit(plane));
            }
        }
        return bits;
    }

    /** Overwrites the labels. */
    @Override
    public void close() {
        for (byte[][] rows : labels) {
            HashBuffers.wipe(rows);
        }
        hashing.wipe();
        HashBuffers.wipe(sums);
    }
}
