package io.tacit.crypto.ot;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * 1-out-of-2 transfers of 16-byte messages, receiver's side: see {@link ObliviousSender}, whose guarantees these are. Not
 * thread-safe. Transfer j's choice is bit {@code j % 64} of word {@code j / 64}.
 */
public final class ObliviousReceiver implements AutoCloseable {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    private final Channel channel;
    private final CorrelatedReceiver correlated;
    private final Pads pads;
    private final byte[] held = new byte[Pads.BATCH * BLOCK];
    private final byte[] masked = new byte[2 * Pads.BATCH * BLOCK];
    private final long[] batchChoices = new long[Pads.BATCH / Long.SIZE];

    /** @param correlated used through this object only, from now on */
    public ObliviousReceiver(Channel channel, CorrelatedReceiver correlated, BlockArithmetic blocks) {
        this.channel = channel;
        this.correlated = correlated;
        try (Seed publicSeed = Seed.of(channel.receive(Seed.BYTES))) {
            this.pads = new Pads(publicSeed, blocks);
        }
    }

    /** Random choices, and the message of each. */
    public void random(int count, long[] choices, byte[] out) {
        for (int done = 0; done < count; done += Pads.BATCH) {
            int part = Math.min(Pads.BATCH, count - done);
            correlated.random(part, batchChoices, held, 0);
            System.arraycopy(batchChoices, 0, choices, done / Long.SIZE, (part + Long.SIZE - 1) / Long.SIZE);
            pads.next();
            pads.hash(held, 0, out, done * BLOCK, part);
        }
    }

    /** Receives the chosen message of each of {@code count} transfers. */
    public void receive(int count, long[] choices, byte[] out) {
        for (int done = 0; done < count; done += Pads.BATCH) {
            int part = Math.min(Pads.BATCH, count - done);
            System.arraycopy(choices, done / Long.SIZE, batchChoices, 0, (part + Long.SIZE - 1) / Long.SIZE);
            correlated.chosen(part, batchChoices, held, 0);
            pads.next();
            pads.hash(held, 0, out, done * BLOCK, part);
            channel.receive(masked, 0, 2 * part * BLOCK);
            for (int j = 0; j < part; j++) {
                addChosen(j, part, out, (done + j) * BLOCK);
            }
        }
    }

    /** Adds the chosen one of two masked messages, reading both. */
    private void addChosen(int transfer, int count, byte[] out, int at) {
        int mask = (int) -(batchChoices[transfer / Long.SIZE] >>> transfer & 1);
        int zero = transfer * BLOCK;
        int one = (count + transfer) * BLOCK;
        for (int i = 0; i < BLOCK; i++) {
            out[at + i] ^= (byte) ((masked[zero + i] & ~mask) | (masked[one + i] & mask));
        }
    }

    /** Overwrites the last batch and closes the correlated transfers. */
    @Override
    public void close() {
        Arrays.fill(held, (byte) 0);
        Arrays.fill(masked, (byte) 0);
        Arrays.fill(batchChoices, 0);
        correlated.close();
    }
}
