package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.HashSet;
import java.util.Set;

/**
 * The garbler's online work: from its bits to the labels that it sends. Holds no labels: they are read again from the
 * stream of the garbler's secret seed. Not thread-safe.
 *
 * <p>Security: the labels tell the evaluator nothing about the bits. Both labels of a wire tell it the offset and with it
 * everything: a batch is encoded once. This object refuses a second time; across restarts the store of material does.
 */
public final class OnlineEncoder {
    private final FreeXorOffset offset;
    private final BlockArithmetic blocks;
    private final BlockStream labels;
    private final Set<Long> encoded = new HashSet<>();

    /** @param secret the seed of the {@link Garbler} */
    public OnlineEncoder(FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        this.offset = offset;
        this.blocks = blocks;
        this.labels = labels(secret, blocks);
    }

    static BlockStream labels(Seed secret, BlockArithmetic blocks) {
        return new BlockStream(secret, blocks, "garbling", "online labels");
    }

    /**
     * Writes the labels of all {@link InputKind#ONLINE} inputs of a batch: bit w of instance i is block
     * {@code w * instances + i}.
     *
     * @param number the batch
     * @throws IllegalStateException if the batch has been encoded before
     */
    public void encode(long number, BitPlanes bits, byte[] out, int outOffset) {
        if (!encoded.add(number)) {
            throw new IllegalStateException("batch " + number + " has been encoded before");
        }
        int instances = bits.instances();
        labels.fill(number, 0, out, outOffset, bits.planes() * instances);
        for (int plane = 0; plane < bits.planes(); plane++) {
            int at = outOffset + plane * instances * BlockArithmetic.BLOCK_BYTES;
            blocks.xorSelected(
                    out, at, bits.words(), bits.firstBit(plane), offset.low(), offset.high(), out, at, instances);
        }
    }
}
