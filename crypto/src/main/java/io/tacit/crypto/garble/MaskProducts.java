package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * Products of wire masks by oblivious transfer. For an AND gate with input masks a and b, the sum of all parties' shares
 * a_i and b_i, the term {@code a_i b_j} of two parties comes from the blocks that they hold for wire a already, and not
 * from new transfers: j has q, i has {@code q xor a_i R_j}. With h the last bit of a hash, j sends
 * {@code d = h(q) xor h(q xor R_j) xor b_j} and keeps h(q); i finds {@code h(q xor a_i R_j) xor a_i d}, and the two add up
 * to {@code a_i b_j} (Beaver's derandomised transfer of one bit). Sums of wires cost nothing, since blocks add up with the
 * masks.
 *
 * <p>Security: d is hidden by the hash of the one of q and {@code q xor R_j} that i does not hold.
 */
final class MaskProducts {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /** Blocks hashed for a gate and instance, at most: q and its sum with the offset. */
    private static final int RUNS = 2;

    private final Mesh mesh;
    private final FreeXorOffset offset;
    private final BlockArithmetic blocks;
    private final int[] others;
    private final GateHash[] outgoing;
    private final GateHash[] incoming;

    // a row of blocks for each live wire, by party
    private final byte[][][] sent;
    private final byte[][][] received;
    private long[][] masks = new long[0][];

    private final HashBuffers hashing = new HashBuffers();
    private byte[] kept = new byte[0];

    MaskProducts(PartySession session) {
        mesh = session.mesh();
        offset = session.offset();
        blocks = session.blocks();
        others = mesh.others();
        outgoing = new GateHash[mesh.parties()];
        incoming = new GateHash[mesh.parties()];
        sent = new byte[mesh.parties()][0][];
        received = new byte[mesh.parties()][0][];
    }

    /**
     * After the first exchange: fills {@link PartyWork#differences} with d, and {@link PartyWork#lefts},
     * {@link PartyWork#outputs} and {@link PartyWork#products}; the latter lack {@code a_i d} until {@link #correct}.
     */
    void multiply(PartyWork work) {
        Circuit circuit = work.batch().circuit();
        int instances = work.instances();
        PartyTables layout = new PartyTables(mesh.parties(), instances);
        reserve(circuit, layout);
        for (int party : others) {
            outgoing[party] = hash(work.publicSeeds()[mesh.self()], party, instances);
            incoming[party] = hash(work.publicSeeds()[party], mesh.self(), instances);
        }
        load(work, InputKind.KNOWN);
        load(work, InputKind.EVALUATOR);
        for (int row : circuit.inputRows(InputKind.ONLINE)) {
            if (row != Circuit.NO_ROW) {
                clear(row);
            }
        }
        int[] program = circuit.program();
        int gate = 0;
        for (int at = 0; at < program.length; ) {
            if ((program[at] & Circuit.IS_AND) == 0) {
                add(program[at + 1] >> 1, program[at + 2] >> 1, program[at] >> 2, layout.rowBytes());
                at += Circuit.GATE_INTS;
            } else {
                int end = circuit.endOfGroup(at, Math.min(room(), layout.gatesTogether(RUNS)));
                int slice = layout.slice(RUNS);
                for (int first = 0; first < instances; first += slice) {
                    hashSlice(work, program, at, end, gate, first, Math.min(slice, instances - first));
                }
                for (int next = at; next < end; next += Circuit.GATE_INTS) {
                    finish(work, program, next, gate++);
                }
                for (int party : others) {
                    outgoing[party].passed((end - at) / Circuit.GATE_INTS);
                    incoming[party].passed((end - at) / Circuit.GATE_INTS);
                }
                at = end;
            }
        }
        readOutputs(circuit, work.outputs());
    }

    /** After the second exchange: completes the products, and makes of the second transfers' choices what corrects them. */
    static void correct(PartyWork work) {
        long[] products = work.products().words();
        for (int word = 0; word < products.length; word++) {
            products[word] ^= work.lefts().words()[word] & work.differenceSum().words()[word];
        }
        work.disguises().xor(work.products());
    }

    private GateHash hash(byte[] publicSeed, int receiver, int instances) {
        try (Seed seed = Seed.of(publicSeed)) {
            return new GateHash(seed, "mask products for party " + receiver, instances, 1, blocks);
        }
    }

    private int room() {
        int room = Integer.MAX_VALUE;
        for (int party : others) {
            room = Math.min(room, Math.min(outgoing[party].room(), incoming[party].room()));
        }
        return room;
    }

    private void reserve(Circuit circuit, PartyTables layout) {
        for (int party : others) {
            sent[party] = HashBuffers.rows(sent[party], circuit.rows(), layout.rowBytes());
            received[party] = HashBuffers.rows(received[party], circuit.rows(), layout.rowBytes());
        }
        masks = new long[circuit.rows()][(layout.instances() + Long.SIZE - 1) / Long.SIZE];
        int bytes = layout.hashedBytes(RUNS);
        hashing.reserve(bytes);
        if (kept.length < bytes) {
            kept = new byte[bytes];
        }
    }

    private void load(PartyWork work, InputKind kind) {
        int[] rows = work.batch().circuit().inputRows(kind);
        for (int bit = 0; bit < rows.length; bit++) {
            if (rows[bit] != Circuit.NO_ROW) {
                setRow(work, work.wireOfInput(kind) + bit, rows[bit]);
            }
        }
    }

    private void setRow(PartyWork work, int wire, int row) {
        int rowBytes = work.instances() * BLOCK;
        for (int party : others) {
            System.arraycopy(work.sent(party), work.placeOfMask(wire), sent[party][row], 0, rowBytes);
            System.arraycopy(work.received(party), work.placeOfMask(wire), received[party][row], 0, rowBytes);
        }
        System.arraycopy(work.masks().words(), wire * masks[row].length, masks[row], 0, masks[row].length);
    }

    private void clear(int row) {
        for (int party : others) {
            Arrays.fill(sent[party][row], (byte) 0);
            Arrays.fill(received[party][row], (byte) 0);
        }
        Arrays.fill(masks[row], 0);
    }

    private void add(int left, int right, int out, int rowBytes) {
        for (int party : others) {
            blocks.xor(sent[party][left], 0, sent[party][right], 0, sent[party][out], 0, rowBytes);
            blocks.xor(received[party][left], 0, received[party][right], 0, received[party][out], 0, rowBytes);
        }
        for (int word = 0; word < masks[out].length; word++) {
            masks[out][word] = masks[left][word] ^ masks[right][word];
        }
    }

    private void hashSlice(PartyWork work, int[] program, int from, int end, int gate, int first, int count) {
        int run = count * BLOCK;
        int gates = (end - from) / Circuit.GATE_INTS;
        Arrays.fill(kept, 0, gates * run, (byte) 0);
        for (int party : others) {
            for (int i = 0; i < gates; i++) {
                byte[] row = sent[party][program[from + i * Circuit.GATE_INTS + 1] >> 1];
                System.arraycopy(row, first * BLOCK, hashing.in, 2 * i * run, run);
                blocks.xorConstant(
                        row, first * BLOCK, offset.low(), offset.high(), hashing.in, (2 * i + 1) * run, count);
            }
            hash(outgoing[party], gates, 2, first, count);
            for (int i = 0; i < gates; i++) {
                int at = 2 * i * run;
                blocks.xor(kept, i * run, hashing.out, at, kept, i * run, run);
                blocks.xor(hashing.out, at, hashing.out, at + run, hashing.out, at, run);
                BitPlanes sums = work.differences(party);
                blocks.colours(hashing.out, at, count, sums.words(), sums.firstBit(gate + i) + first);
            }
            for (int i = 0; i < gates; i++) {
                byte[] row = received[party][program[from + i * Circuit.GATE_INTS + 1] >> 1];
                System.arraycopy(row, first * BLOCK, hashing.in, i * run, run);
            }
            hash(incoming[party], gates, 1, first, count);
            blocks.xor(kept, 0, hashing.out, 0, kept, 0, gates * run);
        }
        for (int i = 0; i < gates; i++) {
            blocks.colours(
                    kept,
                    i * run,
                    count,
                    work.products().words(),
                    work.products().firstBit(gate + i) + first);
        }
    }

    /** Hashes labels: of each gate the given runs, all with the gate's tweaks. */
    private void hash(GateHash hash, int gates, int runs, int first, int count) {
        hash.permute(hashing.in, hashing.permuted, gates * runs * count);
        for (int i = 0; i < gates * runs; i++) {
            hash.tweak(
                    hashing.permuted, i * count * BLOCK, i / runs, 0, first, hashing.tweaked, i * count * BLOCK, count);
        }
        hash.permute(hashing.tweaked, hashing.out, gates * runs * count);
        blocks.xor(hashing.out, 0, hashing.permuted, 0, hashing.out, 0, gates * runs * count * BLOCK);
    }

    /** The parts of a gate's product that need no other party, and the rows of its output. */
    private void finish(PartyWork work, int[] program, int at, int gate) {
        long[] left = masks[program[at + 1] >> 1];
        long[] right = masks[program[at + 2] >> 1];
        // (a + 1) b = a b + b: what inverted inputs add is linear
        long leftInverted = -(program[at + 1] & 1L);
        long rightInverted = -(program[at + 2] & 1L);
        long constant = mesh.self() == 0 ? leftInverted & rightInverted : 0;
        int wire = work.wireOfGate(gate) * left.length;
        int place = gate * left.length;
        long[] products = work.products().words();
        for (int word = 0; word < left.length; word++) {
            long a = left[word];
            long b = right[word];
            products[place + word] ^= (a & b) ^ (leftInverted & b) ^ (rightInverted & a) ^ constant;
            products[place + word] ^= work.masks().words()[wire + word];
            work.lefts().words()[place + word] = a;
            for (int party : others) {
                work.differences(party).words()[place + word] ^= b;
            }
        }
        setRow(work, work.wireOfGate(gate), program[at] >> 2);
    }

    private void readOutputs(Circuit circuit, BitPlanes outputs) {
        int[] rows = circuit.outputRows();
        for (int plane = 0; plane < rows.length; plane++) {
            int row = rows[plane] >> 1;
            if (row != Circuit.NO_ROW) {
                System.arraycopy(masks[row], 0, outputs.words(), plane * masks[row].length, masks[row].length);
            }
            if ((rows[plane] & 1) == 1 && mesh.self() == 0) {
                outputs.invert(plane);
            }
        }
    }

    void wipe() {
        for (int party : others) {
            HashBuffers.wipe(sent[party]);
            HashBuffers.wipe(received[party]);
        }
        for (long[] row : masks) {
            Arrays.fill(row, 0);
        }
        hashing.wipe();
        HashBuffers.wipe(kept);
    }
}
