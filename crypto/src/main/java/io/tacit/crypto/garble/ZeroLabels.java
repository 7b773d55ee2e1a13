package io.tacit.crypto.garble;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;

/**
 * One party's labels of external bit zero, of the wires of one batch that are no sums of others. Their colours are zero,
 * and those of the labels of external bit one are one, since an offset's is: a label shows its wire's external bit.
 */
final class ZeroLabels {
    /** Wires by where they come from: rows of the streams. */
    enum Source {
        KNOWN,
        EVALUATOR,
        ONLINE,
        GATE
    }

    private final BlockStream stream;

    private ZeroLabels(BlockStream stream) {
        this.stream = stream;
    }

    /** Labels of online inputs and of gates: the party's secret. */
    static ZeroLabels secret(Seed secret, BlockArithmetic blocks) {
        return new ZeroLabels(new BlockStream(secret, blocks, "n-party garbling", "labels"));
    }

    /** Labels of shared inputs, whose external bits are always zero: everybody may know them. */
    static ZeroLabels open(Seed publicSeed, BlockArithmetic blocks) {
        return new ZeroLabels(new BlockStream(publicSeed, blocks, "n-party garbling", "open labels"));
    }

    /** Labels of wire number {@code wire} of a source, for the instances {@code first} to {@code first + count - 1}. */
    void fill(Source source, int wire, int instances, int first, byte[] out, int outOffset, int count) {
        stream.fill(source.ordinal(), (long) wire * instances + first, out, outOffset, count);
        for (int block = 0; block < count; block++) {
            out[outOffset + block * BlockArithmetic.BLOCK_BYTES] &= (byte) ~1;
        }
    }
}
