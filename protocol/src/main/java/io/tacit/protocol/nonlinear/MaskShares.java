package io.tacit.protocol.nonlinear;

import io.tacit.crypto.share.RingVector;
import java.util.List;

/**
 * One party's additive shares of the random words of a chunk that n parties garble: secret, and for one use.
 *
 * @param inputs of s, word after word as {@link Chunk} orders them, modulo 2^k
 * @param results of r, one an instance, modulo 2^l'; empty for the answer
 */
public record MaskShares(RingVector inputs, RingVector results) {

    /**
     * Puts the shares of r of a block into a vector in the shape of its target.
     *
     * @param chunks all chunks of the block
     * @param shares of each of them
     */
    public static void collectResults(List<Chunk> chunks, List<MaskShares> shares, RingVector target) {
        for (int i = 0; i < chunks.size(); i++) {
            RingVector results = shares.get(i).results;
            long[] values = new long[results.length()];
            for (int instance = 0; instance < values.length; instance++) {
                values[instance] = results.get(instance);
            }
            target.place(chunks.get(i).outputs(), 0, values, 0, values.length);
        }
    }

    /** Overwrites the shares. */
    public void wipe() {
        inputs.wipe();
        results.wipe();
    }
}
