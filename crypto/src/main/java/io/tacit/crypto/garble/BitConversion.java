package io.tacit.crypto.garble;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * From bits that n parties share modulo 2 to additive shares of them modulo 2^l: so that a random word serves as mask of a
 * wire and of a linear layer at once. Party after party, with y the sum of the bits of those before and b the next one's,
 * {@code y xor b = y + b - 2 y b}: the next party takes b as its choice in a transfer from each party j before, whose share
 * of y is y_j. From q and {@code q xor b R_j}, h the first half of a hash, j sends
 * {@code c = h(q) - h(q xor R_j) - 2 y_j}; it keeps -h(q), the next party {@code h(q xor b R_j) + b c}: shares of
 * {@code -2 y_j b}. Not thread-safe.
 *
 * <p>Security guarantee: as for {@link PartyGarbler}. The shares are uniform but for their sum, as long as two parties do
 * not collude; c is hidden by the hash that its receiver cannot compute.
 */
public final class BitConversion implements AutoCloseable {
    /** Bits converted in one round a party. */
    private static final int PIECE = 1 << 17;

    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    private final Mesh mesh;
    private final PartySession session;
    private final FreeXorOffset offset;
    private final BlockArithmetic blocks;
    private final CircularHash hash;
    private final BlockStream[] keys;
    private final byte[] key = new byte[CircularHash.KEY_BYTES];
    private final byte[][] transferred;
    private final byte[] other = new byte[PIECE * BLOCK];
    private final byte[] hashed = new byte[PIECE * BLOCK];
    private long piece;

    /**
     * Exchanges public seeds; all parties run it at once.
     *
     * @param session used through this object alone while it converts
     * @param secret seed for this alone
     */
    public BitConversion(PartySession session, Seed secret) {
        this.mesh = session.mesh();
        this.session = session;
        this.offset = session.offset();
        this.blocks = session.blocks();
        this.hash = new CircularHash(blocks);
        this.keys = new BlockStream[mesh.parties()];
        this.transferred = new byte[mesh.parties()][PIECE * BLOCK];
        try (Seed own = secret.derive("bit conversion", "public")) {
            keys[mesh.self()] = keys(own);
            mesh.exchange(party -> mesh.to(party).send(own.reveal()), party -> {
                try (Seed seed = Seed.of(mesh.to(party).receive(Seed.BYTES))) {
                    keys[party] = keys(seed);
                }
            });
        }
    }

    private BlockStream keys(Seed seed) {
        return new BlockStream(seed, blocks, "bit conversion", "hash keys");
    }

    /**
     * Converts bits; all parties run it at once.
     *
     * @param bits this party's summands: bit i of the row is bit {@code i % 64} of word {@code i / 64}
     * @param count how many
     * @return this party's additive share of each bit
     */
    public RingVector convert(long[] bits, int count, Ring ring) {
        RingVector result = ring.zeros(count);
        for (int done = 0; done < count; done += PIECE) {
            int part = Math.min(PIECE, count - done);
            int word = done / Long.SIZE;
            long[] choices = Arrays.copyOfRange(bits, word, word + (part + Long.SIZE - 1) / Long.SIZE);
            long[] share = new long[part];
            if (mesh.self() == 0) {
                addBits(choices, share);
            }
            for (int next = 1; next < mesh.parties(); next++) {
                if (mesh.self() == next) {
                    join(choices, share, ring);
                } else if (mesh.self() < next) {
                    letJoin(next, share, ring);
                }
            }
            piece++;
            result.encode(share, 0, done, part);
            Arrays.fill(share, 0);
            Arrays.fill(choices, 0);
        }
        return result;
    }

    private static void addBits(long[] bits, long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] += bits[i / Long.SIZE] >>> i & 1;
        }
    }

    /** This party's bits join those of the parties before. */
    private void join(long[] choices, long[] share, Ring ring) {
        int count = share.length;
        for (int party = 0; party < mesh.self(); party++) {
            session.receiver(party).chosen(count, choices, transferred[party], 0);
            mesh.to(party).flush();
        }
        addBits(choices, share);
        RingVector message = ring.zeros(count);
        for (int party = 0; party < mesh.self(); party++) {
            message.receive(mesh.to(party), 0, count, "conversion of bits");
            hash(party, mesh.self(), transferred[party], count);
            for (int i = 0; i < count; i++) {
                long bit = choices[i / Long.SIZE] >>> i & 1;
                share[i] += Bulk.getLong(hashed, i * BLOCK) + (message.get(i) & -bit);
            }
        }
    }

    /** The bits of a later party join those up to this one. */
    private void letJoin(int next, long[] share, Ring ring) {
        int count = share.length;
        byte[] zero = transferred[next];
        session.sender(next).chosen(count, zero, 0);
        blocks.xorConstant(zero, 0, offset.low(), offset.high(), other, 0, count);
        long[] message = new long[count];
        hash(mesh.self(), next, other, count);
        for (int i = 0; i < count; i++) {
            message[i] = -Bulk.getLong(hashed, i * BLOCK) - 2 * share[i];
        }
        hash(mesh.self(), next, zero, count);
        for (int i = 0; i < count; i++) {
            long pad = Bulk.getLong(hashed, i * BLOCK);
            message[i] += pad;
            share[i] -= pad;
        }
        RingVector differences = ring.zeros(count);
        differences.encode(message, 0, 0, count);
        differences.send(mesh.to(next), 0, count);
        mesh.to(next).flush();
        Arrays.fill(message, 0);
    }

    /** Hashes blocks of transfers between two parties under their key of this piece. */
    private void hash(int sender, int receiver, byte[] in, int count) {
        keys[sender].fill(piece, receiver, key, 0, 1);
        hash.rekey(key, 0);
        hash.hash(in, 0, 0, hashed, 0, count);
    }

    /** Overwrites the last piece. */
    @Override
    public void close() {
        for (byte[] row : transferred) {
            Arrays.fill(row, (byte) 0);
        }
        Arrays.fill(other, (byte) 0);
        Arrays.fill(hashed, (byte) 0);
    }
}
