package io.tacit.crypto.ot;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * Correlated transfers, sender's side: for each, a block q; the receiver holds q if its bit is zero, and q xor D if its bit
 * is one. With D a garbler's offset, q is the label of false and what the receiver holds is the label of its bit. Not
 * thread-safe. The peer runs {@link CorrelatedReceiver} with the same calls.
 *
 * <p>Security guarantee, semi-honest: the sender learns nothing about the bits, as long as the streams are pseudorandom;
 * the receiver learns nothing about D but what is learnt from a hash of it that is correlation robust: blocks are used as
 * labels, or hashed, never sent. A receiver that deviates can learn bits of D, unless {@link Trust#CHECKED} is asked for:
 * then trees and corrections are checked (SoftSpoken, figures 7, 8 and 14), a deviation aborts the session, and each
 * deviation that goes through has guessed what it would have learnt. The check costs a round trip a batch and about as much
 * time as the transfers.
 */
public final class CorrelatedSender implements AutoCloseable {
    private final Channel channel;
    private final Extension extension;
    private final BlockArithmetic blocks;
    private final Columns columns;
    private final byte[] offsetBits = new byte[FreeXorOffset.BITS];
    private final byte[] corrections;
    private final Trust trust;
    private final Prg challenges;
    private final ConsistencyCheck check;

    private CorrelatedSender(
            Channel channel,
            Extension extension,
            BlockArithmetic blocks,
            Columns columns,
            FreeXorOffset offset,
            Trust trust,
            Seed secret) {
        this.channel = channel;
        this.extension = extension;
        this.blocks = blocks;
        this.trust = trust;
        this.challenges = secret.generator("consistency challenges");
        this.check = new ConsistencyCheck(blocks);
        this.columns = columns;
        for (int i = 0; i < offsetBits.length; i++) {
            offsetBits[i] = (byte) (offset.bit(i) ? -1 : 0);
        }
        this.corrections = new byte[extension.trees() * Columns.BATCH / Byte.SIZE];
    }

    /**
     * Makes the base transfers.
     *
     * @param session at least 16 bytes that name this session and no other, known to both
     * @param trust what is assumed of the receiver
     * @param offset D
     * @param secret seed for this alone
     * @throws io.tacit.crypto.channel.ProtocolAbort if the peer sends what is no point of the curve
     */
    public static CorrelatedSender connect(
            Channel channel,
            byte[] session,
            Extension extension,
            Trust trust,
            FreeXorOffset offset,
            Seed secret,
            BlockArithmetic blocks) {
        byte[][][] leaves = PuncturedTrees.receive(channel, session, extension, trust, offset, secret);
        return new CorrelatedSender(
                channel, extension, blocks, new Columns(leaves, true, extension, blocks), offset, trust, secret);
    }

    /** As above, semi-honest. */
    public static CorrelatedSender connect(
            Channel channel,
            byte[] session,
            Extension extension,
            FreeXorOffset offset,
            Seed secret,
            BlockArithmetic blocks) {
        return connect(channel, session, extension, Trust.SEMI_HONEST, offset, secret, blocks);
    }

    /** The next {@code count} transfers, whose bits are random: writes a block each. */
    public void random(int count, byte[] out, int outOffset) {
        run(count, out, outOffset, 1);
    }

    /** The next {@code count} transfers, whose bits the receiver chooses: writes a block each. */
    public void chosen(int count, byte[] out, int outOffset) {
        run(count, out, outOffset, 0);
    }

    private void run(int count, byte[] out, int outOffset, int firstTree) {
        int batch = Columns.batch(trust);
        for (int done = 0; done < count; done += batch) {
            int part = Math.min(batch, count - done);
            int width = Columns.columnsFor(part, trust);
            int rowBytes = width / Byte.SIZE;
            columns.draw(width);
            channel.receive(corrections, 0, (extension.trees() - firstTree) * rowBytes);
            for (int tree = firstTree; tree < extension.trees(); tree++) {
                for (int bit = 0; bit < extension.fieldBits(); bit++) {
                    int row = tree * extension.fieldBits() + bit;
                    // The same work for both values of the offset's bit.
                    blocks.addMasked(
                            corrections,
                            (tree - firstTree) * rowBytes,
                            offsetBits[row],
                            columns.matrix(),
                            row * rowBytes,
                            rowBytes);
                }
            }
            if (trust == Trust.CHECKED) {
                check(rowBytes);
            }
            columns.transpose(width, part, out, outOffset + done * BlockArithmetic.BLOCK_BYTES);
        }
    }

    private void check(int rowBytes) {
        byte[] challenge = new byte[ConsistencyCheck.CHALLENGE_BYTES];
        challenges.fill(challenge, 0, challenge.length);
        channel.send(challenge);
        byte[] answer = channel.receive(ConsistencyCheck.ANSWER_BYTES);
        if (!check.accepts(challenge, answer, columns.matrix(), offsetBits, rowBytes)) {
            throw new ProtocolAbort(channel.peer(), "correlated transfers", AbortReason.VERIFICATION_FAILED);
        }
    }

    /** Overwrites what depends on the offset. */
    @Override
    public void close() {
        Arrays.fill(offsetBits, (byte) 0);
        columns.wipe();
        challenges.close();
    }
}
