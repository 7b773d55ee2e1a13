package io.tacit.crypto.ot;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Correlated transfers, receiver's side: see {@link CorrelatedSender}, whose guarantees these are. Not thread-safe.
 * Transfer j's bit is bit {@code j % 64} of word {@code j / 64}.
 */
public final class CorrelatedReceiver implements AutoCloseable {
    private final Channel channel;
    private final Extension extension;
    private final BlockArithmetic blocks;
    private final Columns columns;
    private final byte[] choiceBytes = new byte[Columns.BATCH / Byte.SIZE];

    private final Trust trust;
    private final ConsistencyCheck check;

    private CorrelatedReceiver(
            Channel channel, Extension extension, Trust trust, BlockArithmetic blocks, Columns columns) {
        this.trust = trust;
        this.check = new ConsistencyCheck(blocks);
        this.channel = channel;
        this.extension = extension;
        this.blocks = blocks;
        this.columns = columns;
    }

    /**
     * Makes the base transfers.
     *
     * @param session at least 16 bytes that name this session and no other, known to both
     * @param trust what the sender assumes
     * @param secret seed for this alone
     * @throws io.tacit.crypto.channel.ProtocolAbort if the peer sends what is no point of the curve
     */
    public static CorrelatedReceiver connect(
            Channel channel, byte[] session, Extension extension, Trust trust, Seed secret, BlockArithmetic blocks) {
        byte[][][] leaves = PuncturedTrees.grow(channel, session, extension, trust, secret);
        return new CorrelatedReceiver(channel, extension, trust, blocks, new Columns(leaves, false, extension, blocks));
    }

    /** As above, semi-honest. */
    public static CorrelatedReceiver connect(
            Channel channel, byte[] session, Extension extension, Seed secret, BlockArithmetic blocks) {
        return connect(channel, session, extension, Trust.SEMI_HONEST, secret, blocks);
    }

    /** What {@link #connect} sends and receives, semi-honest, as this side's channel counts, but for round trips. */
    public static Traffic.Count connectTraffic() {
        return PuncturedTrees.growTraffic();
    }

    /**
     * The next {@code count} transfers with random bits.
     *
     * @param choices receives the bits from bit 0 on; bits beyond the last transfer become zero
     * @param out receives a block each
     */
    public void random(int count, long[] choices, byte[] out, int outOffset) {
        int batch = Columns.batch(trust);
        for (int done = 0; done < count; done += batch) {
            int part = Math.min(batch, count - done);
            int width = Columns.columnsFor(part, trust);
            int rowBytes = width / Byte.SIZE;
            columns.draw(width);
            byte[] totals = columns.totals();
            System.arraycopy(totals, 0, choiceBytes, 0, rowBytes);
            readChoices(totals, part, choices, done / Long.SIZE);
            for (int tree = 1; tree < extension.trees(); tree++) {
                blocks.xor(totals, 0, totals, tree * rowBytes, totals, tree * rowBytes, rowBytes);
            }
            channel.send(totals, rowBytes, (extension.trees() - 1) * rowBytes);
            if (trust == Trust.CHECKED) {
                channel.send(check.answer(
                        channel.receive(ConsistencyCheck.CHALLENGE_BYTES), columns.matrix(), choiceBytes, rowBytes));
            }
            columns.transpose(width, part, out, outOffset + done * BlockArithmetic.BLOCK_BYTES);
        }
        channel.flush();
    }

    /**
     * The next {@code count} transfers with given bits.
     *
     * @param choices the bits from bit 0 on
     * @param out receives a block each
     */
    public void chosen(int count, long[] choices, byte[] out, int outOffset) {
        int batch = Columns.batch(trust);
        for (int done = 0; done < count; done += batch) {
            int part = Math.min(batch, count - done);
            int width = Columns.columnsFor(part, trust);
            int rowBytes = width / Byte.SIZE;
            columns.draw(width);
            byte[] totals = columns.totals();
            writeChoices(choices, done / Long.SIZE, part, rowBytes);
            if (trust == Trust.CHECKED) { // the columns of the check keep the tree's own random bits
                int from = rowBytes - ConsistencyCheck.SPENT / Byte.SIZE;
                System.arraycopy(totals, from, choiceBytes, from, ConsistencyCheck.SPENT / Byte.SIZE);
            }
            for (int tree = 0; tree < extension.trees(); tree++) {
                blocks.xor(choiceBytes, 0, totals, tree * rowBytes, totals, tree * rowBytes, rowBytes);
            }
            channel.send(totals, 0, extension.trees() * rowBytes);
            if (trust == Trust.CHECKED) {
                channel.send(check.answer(
                        channel.receive(ConsistencyCheck.CHALLENGE_BYTES), columns.matrix(), choiceBytes, rowBytes));
            }
            columns.transpose(width, part, out, outOffset + done * BlockArithmetic.BLOCK_BYTES);
        }
        channel.flush();
    }

    private static void readChoices(byte[] bytes, int count, long[] choices, int word) {
        int words = (count + Long.SIZE - 1) / Long.SIZE;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(choices, word, words);
        choices[word + words - 1] &= -1L >>> -count;
    }

    private void writeChoices(long[] choices, int word, int count, int rowBytes) {
        Arrays.fill(choiceBytes, 0, rowBytes, (byte) 0);
        int words = (count + Long.SIZE - 1) / Long.SIZE;
        ByteBuffer.wrap(choiceBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(choices, word, words);
    }

    /** Overwrites the last batch. */
    @Override
    public void close() {
        columns.wipe();
        Arrays.fill(choiceBytes, (byte) 0);
    }
}
