package io.tacit.crypto.garble;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * One party's part of the tables. For a gate with input masks a, b and output mask c, labels u, v of its inputs' external
 * bits p, r and w of its output's external bit zero, the garbled gate of Ben-Efraim, Lindell and Omri (2016, free-XOR form)
 * is for each party j and each p, r
 *
 * <p>{@code sum over i of F_i(u_i, v_i; gate, j)  xor  w_j  xor  R_j ((a xor p)(b xor r) xor c)}.
 *
 * <p>With {@code m = ab xor c}, the last term is {@code m R_j xor p (b R_j) xor r (a R_j) xor p r R_j}: this party adds its
 * F, its shares of {@code m R_j}, {@code b R_j} and {@code a R_j}, for j itself also w_j and {@code p r R_j}, and writes
 * the sum in the form of {@link PartyTables}, which is linear as well.
 */
final class TableMaker {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /** Labels hashed for a gate and instance: one for each p, r. */
    private static final int RUNS = PartyTables.ROWS;

    private final int parties;
    private final int self;
    private final int[] others;
    private final FreeXorOffset offset;
    private final long joinedLow;
    private final long joinedHigh;
    private final BlockArithmetic blocks;

    // a row of blocks for each live wire
    private byte[][] labels = new byte[0][];
    private final byte[][][] shares; // of the wire's mask times R_j

    private final HashBuffers hashing = new HashBuffers();
    private byte[] fresh = new byte[0];
    private byte[] product = new byte[0];
    private byte[] piece = new byte[0];

    TableMaker(PartySession session) {
        parties = session.mesh().parties();
        self = session.mesh().self();
        others = session.mesh().others();
        offset = session.offset();
        blocks = session.blocks();
        shares = new byte[parties][0][];
        byte[] image = new byte[BLOCK];
        byte[] nothing = new byte[BLOCK];
        blocks.xorConstant(nothing, 0, offset.low(), offset.high(), image, 0, 1);
        blocks.join(nothing, 0, image, 0, image, 0, 1);
        joinedLow = Bulk.getLong(image, 0);
        joinedHigh = Bulk.getLong(image, Long.BYTES);
        Arrays.fill(image, (byte) 0);
    }

    /** Makes this party's part of the tables of a batch, piece by piece. */
    void make(PartyWork work, TableSink pieces) {
        Circuit circuit = work.batch().circuit();
        int instances = work.instances();
        PartyTables layout = new PartyTables(parties, instances);
        reserve(circuit, layout);
        ZeroLabels open = ZeroLabels.open(work.publicSeed(), blocks);
        ZeroLabels secret = ZeroLabels.secret(work.batch().secret(), blocks);
        GateHash hash = tableHash(work.publicSeed(), layout, blocks);
        load(work, InputKind.KNOWN, ZeroLabels.Source.KNOWN, open);
        load(work, InputKind.EVALUATOR, ZeroLabels.Source.EVALUATOR, open);
        loadOnline(circuit, instances, secret);
        int[] program = circuit.program();
        int gate = 0;
        int pieceGates = 0;
        for (int at = 0; at < program.length; ) {
            if ((program[at] & Circuit.IS_AND) == 0) {
                add(program[at + 1] >> 1, program[at + 2] >> 1, program[at] >> 2, layout.rowBytes());
                at += Circuit.GATE_INTS;
                continue;
            }
            if (pieceGates == layout.gatesPerPiece()) {
                pieces.write(piece, 0, pieceGates * layout.gateBytes());
                pieceGates = 0;
            }
            int limit = Math.min(layout.gatesTogether(RUNS), layout.gatesPerPiece() - pieceGates);
            int end = circuit.endOfGroup(at, Math.min(hash.room(), limit));
            int gates = (end - at) / Circuit.GATE_INTS;
            int slice = layout.slice(RUNS);
            for (int first = 0; first < instances; first += slice) {
                int count = Math.min(slice, instances - first);
                hashSlice(work, layout, hash, program, at, gates, gate, pieceGates, first, count, secret);
            }
            hash.passed(gates);
            gate += gates;
            pieceGates += gates;
            at = end;
        }
        if (pieceGates > 0) {
            pieces.write(piece, 0, pieceGates * layout.gateBytes());
        }
    }

    static GateHash tableHash(Seed publicSeed, PartyTables layout, BlockArithmetic blocks) {
        return new GateHash(publicSeed, "tables", layout.instances(), layout.parties(), blocks);
    }

    private void reserve(Circuit circuit, PartyTables layout) {
        labels = HashBuffers.rows(labels, circuit.rows(), layout.rowBytes());
        for (int party = 0; party < parties; party++) {
            shares[party] = HashBuffers.rows(shares[party], circuit.rows(), layout.rowBytes());
        }
        int bytes = layout.hashedBytes(RUNS);
        hashing.reserve(bytes);
        if (fresh.length < bytes / RUNS) {
            fresh = new byte[bytes / RUNS];
            product = new byte[bytes / RUNS];
        }
        int pieceBytes = layout.gatesPerPiece() * layout.gateBytes();
        if (piece.length < pieceBytes) {
            piece = new byte[pieceBytes];
        }
    }

    private void load(PartyWork work, InputKind kind, ZeroLabels.Source source, ZeroLabels open) {
        int[] rows = work.batch().circuit().inputRows(kind);
        int instances = work.instances();
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                open.fill(source, bit, instances, 0, labels[rows[bit]], 0, instances);
                setShares(work, work.wireOfInput(kind) + bit, rows[bit], 0, instances);
            }
        }
    }

    /** Masks of public inputs are zero: their external bits are their values. */
    private void loadOnline(Circuit circuit, int instances, ZeroLabels secret) {
        int[] rows = circuit.inputRows(InputKind.ONLINE);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                secret.fill(ZeroLabels.Source.ONLINE, bit, instances, 0, labels[rows[bit]], 0, instances);
                for (int party = 0; party < parties; party++) {
                    Arrays.fill(shares[party][rows[bit]], (byte) 0);
                }
            }
        }
    }

    /** This party's shares of a masked wire's mask times each offset. */
    private void setShares(PartyWork work, int wire, int row, int first, int count) {
        int from = work.placeOfMask(wire) + first * BLOCK;
        int to = first * BLOCK;
        int length = count * BLOCK;
        byte[] own = shares[self][row];
        sumSent(work, from, own, to, length);
        blocks.xorSelected(
                own,
                to,
                work.masks().words(),
                work.masks().firstBit(wire) + first,
                offset.low(),
                offset.high(),
                own,
                to,
                count);
        for (int party : others) {
            System.arraycopy(work.received(party), from, shares[party][row], to, length);
        }
    }

    private void sumSent(PartyWork work, int from, byte[] out, int to, int length) {
        System.arraycopy(work.sent(others[0]), from, out, to, length);
        for (int i = 1; i < others.length; i++) {
            blocks.xor(out, to, work.sent(others[i]), from, out, to, length);
        }
    }

    private void add(int left, int right, int out, int rowBytes) {
        blocks.xor(labels[left], 0, labels[right], 0, labels[out], 0, rowBytes);
        for (int party = 0; party < parties; party++) {
            blocks.xor(shares[party][left], 0, shares[party][right], 0, shares[party][out], 0, rowBytes);
        }
    }

    private void hashSlice(
            PartyWork work,
            PartyTables layout,
            GateHash hash,
            int[] program,
            int from,
            int gates,
            int gate,
            int pieceGates,
            int first,
            int count,
            ZeroLabels secret) {
        byte[] joined = hashing.in;
        int start = first * BLOCK;
        int run = count * BLOCK;
        for (int i = 0; i < gates; i++) {
            byte[] left = labels[program[from + i * Circuit.GATE_INTS + 1] >> 1];
            byte[] right = labels[program[from + i * Circuit.GATE_INTS + 2] >> 1];
            int at = i * RUNS * run;
            blocks.join(left, start, right, start, joined, at, count);
            blocks.xorConstant(joined, at, offset.low(), offset.high(), joined, at + run, count);
            blocks.xorConstant(joined, at, joinedLow, joinedHigh, joined, at + 2 * run, 2 * count);
            blocks.xorConstant(joined, at + run, joinedLow, joinedHigh, joined, at + 3 * run, count);
            secret.fill(ZeroLabels.Source.GATE, gate + i, layout.instances(), first, fresh, i * run, count);
        }
        hash.permute(joined, hashing.permuted, gates * RUNS * count);
        for (int party = 0; party < parties; party++) {
            for (int i = 0; i < gates * RUNS; i++) {
                hash.tweak(hashing.permuted, i * run, i / RUNS, party, first, hashing.tweaked, i * run, count);
            }
            hash.permute(hashing.tweaked, hashing.out, gates * RUNS * count);
            blocks.xor(hashing.out, 0, hashing.permuted, 0, hashing.out, 0, gates * RUNS * run);
            for (int i = 0; i < gates; i++) {
                int at = from + i * Circuit.GATE_INTS;
                int table = layout.place(pieceGates + i, party) + start;
                write(work, program, at, gate + i, party, i, first, count, table, layout.rowBytes());
            }
        }
        for (int i = 0; i < gates; i++) {
            int row = program[from + i * Circuit.GATE_INTS] >> 2;
            System.arraycopy(fresh, i * run, labels[row], start, run);
            setShares(work, work.wireOfGate(gate + i), row, first, count);
        }
    }

    /** The four rows of one gate for party j. */
    private void write(
            PartyWork work,
            int[] program,
            int at,
            int gate,
            int party,
            int gateInGroup,
            int first,
            int count,
            int table,
            int rowBytes) {
        byte[] hashed = hashing.out;
        int start = first * BLOCK;
        int run = count * BLOCK;
        int zero = gateInGroup * RUNS * run;
        int left = program[at + 1];
        int right = program[at + 2];
        int row1 = table + rowBytes;
        int row2 = row1 + rowBytes;
        int row3 = row2 + rowBytes;
        byte[] a = shares[party][left >> 1];
        byte[] b = shares[party][right >> 1];
        blocks.xor(hashed, zero, hashed, zero + run, piece, row1, run);
        blocks.xor(hashed, zero + 2 * run, hashed, zero + 3 * run, piece, row3, run);
        blocks.xor(piece, row3, piece, row1, piece, row3, run);
        blocks.xor(piece, row1, b, start, piece, row1, run);
        blocks.xor(hashed, zero, hashed, zero + 2 * run, piece, row2, run);
        blocks.xor(piece, row2, a, start, piece, row2, run);
        int place = work.placeOfProduct(gate) + start;
        if (party != self) {
            blocks.xor(hashed, zero, work.received(party), place, piece, table, run);
            return;
        }
        sumSent(work, place, product, 0, run);
        blocks.xorSelected(
                product,
                0,
                work.corrections().words(),
                work.corrections().firstBit(gate) + first,
                offset.low(),
                offset.high(),
                product,
                0,
                count);
        blocks.xor(product, 0, fresh, gateInGroup * run, product, 0, run);
        blocks.xor(hashed, zero, product, 0, piece, table, run);
        blocks.xorConstant(piece, row3, offset.low(), offset.high(), piece, row3, count);
        if ((right & 1) == 1) {
            blocks.xorConstant(piece, row1, offset.low(), offset.high(), piece, row1, count);
        }
        if ((left & 1) == 1) {
            blocks.xorConstant(piece, row2, offset.low(), offset.high(), piece, row2, count);
        }
    }

    void wipe() {
        HashBuffers.wipe(labels);
        for (byte[][] rows : shares) {
            HashBuffers.wipe(rows);
        }
        hashing.wipe();
        HashBuffers.wipe(fresh, product);
    }
}
