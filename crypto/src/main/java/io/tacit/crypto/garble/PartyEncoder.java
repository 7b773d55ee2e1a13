package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;

/**
 * One party's online work for one batch that n parties garbled: from the public bits that are fed to its labels, which
 * the evaluator gets. Not thread-safe.
 *
 * <p>Security: both labels of a wire tell the party's offset: a batch is encoded once. This object refuses a second time;
 * across restarts the store of material does.
 */
public final class PartyEncoder {
    private final FreeXorOffset offset;
    private final ZeroLabels labels;
    private final BlockArithmetic blocks;
    private boolean spent;

    /** @param secret the party's seed of the batch, see {@link PartyBatch} */
    public PartyEncoder(FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        this.offset = offset;
        this.labels = ZeroLabels.secret(secret, blocks);
        this.blocks = blocks;
    }

    /**
     * Writes the labels of all {@link InputKind#ONLINE} inputs: bit w of instance i is block {@code w * instances + i}.
     *
     * @throws IllegalStateException if called before
     */
    public void encode(BitPlanes bits, byte[] out, int outOffset) {
        if (spent) {
            throw new IllegalStateException("the batch has been encoded before");
        }
        spent = true;
        int instances = bits.instances();
        for (int plane = 0; plane < bits.planes(); plane++) {
            int at = outOffset + plane * instances * BlockArithmetic.BLOCK_BYTES;
            labels.fill(ZeroLabels.Source.ONLINE, plane, instances, 0, out, at, instances);
            blocks.xorSelected(
                    out, at, bits.words(), bits.firstBit(plane), offset.low(), offset.high(), out, at, instances);
        }
    }
}
