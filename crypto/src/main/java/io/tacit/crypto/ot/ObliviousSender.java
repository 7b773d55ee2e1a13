package io.tacit.crypto.ot;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * 1-out-of-2 transfers of 16-byte messages, sender's side, from correlated ones: the pads are
 * {@code H(q, j)} and {@code H(q xor D, j)}. Not thread-safe. The peer runs {@link ObliviousReceiver} with the same calls.
 *
 * <p>Security guarantee, semi-honest: the sender learns nothing about the choices, the receiver nothing about the message
 * that it did not choose (see {@link CorrelatedSender} and {@link io.tacit.crypto.block.CircularHash}).
 */
public final class ObliviousSender implements AutoCloseable {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    private final Channel channel;
    private final CorrelatedSender correlated;
    private final FreeXorOffset offset;
    private final BlockArithmetic blocks;
    private final Pads pads;
    private final byte[] zeroBlocks = new byte[Pads.BATCH * BLOCK];
    private final byte[] oneBlocks = new byte[Pads.BATCH * BLOCK];
    private final byte[] masked = new byte[2 * Pads.BATCH * BLOCK];

    /**
     * @param correlated used through this object only, from now on
     * @param offset its offset
     * @param secret seed for this alone
     */
    public ObliviousSender(
            Channel channel, CorrelatedSender correlated, FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        this.channel = channel;
        this.correlated = correlated;
        this.offset = offset;
        this.blocks = blocks;
        try (Seed publicSeed = secret.derive("oblivious transfer", "public")) {
            channel.send(publicSeed.reveal());
            this.pads = new Pads(publicSeed, blocks);
        }
    }

    /** Random messages for {@code count} transfers with random choices: writes both of each. */
    public void random(int count, byte[] zero, byte[] one) {
        for (int done = 0; done < count; done += Pads.BATCH) {
            int part = Math.min(Pads.BATCH, count - done);
            correlated.random(part, zeroBlocks, 0);
            hashBoth(part, zero, done * BLOCK, one, done * BLOCK);
        }
    }

    /** Sends one of two given messages for each of {@code count} transfers, as the receiver chooses. */
    public void send(int count, byte[] zero, byte[] one) {
        for (int done = 0; done < count; done += Pads.BATCH) {
            int part = Math.min(Pads.BATCH, count - done);
            int bytes = part * BLOCK;
            correlated.chosen(part, zeroBlocks, 0);
            hashBoth(part, masked, 0, masked, bytes);
            blocks.xor(masked, 0, zero, done * BLOCK, masked, 0, bytes);
            blocks.xor(masked, bytes, one, done * BLOCK, masked, bytes, bytes);
            channel.send(masked, 0, 2 * bytes);
        }
        channel.flush();
    }

    private void hashBoth(int count, byte[] zero, int zeroOffset, byte[] one, int oneOffset) {
        pads.next();
        blocks.xorConstant(zeroBlocks, 0, offset.low(), offset.high(), oneBlocks, 0, count);
        pads.hash(zeroBlocks, 0, zero, zeroOffset, count);
        pads.hash(oneBlocks, 0, one, oneOffset, count);
    }

    /** Overwrites the last batch and closes the correlated transfers. */
    @Override
    public void close() {
        Arrays.fill(zeroBlocks, (byte) 0);
        Arrays.fill(oneBlocks, (byte) 0);
        Arrays.fill(masked, (byte) 0);
        correlated.close();
    }
}
