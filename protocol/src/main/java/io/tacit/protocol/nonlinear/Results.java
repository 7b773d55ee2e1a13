package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.share.RingVector;

/** Takes the evaluator's results of one block, {@code x - r}. Chunks may come from several threads at once. */
@FunctionalInterface
public interface Results {

    /**
     * Takes those of one chunk.
     *
     * @param planes a plane for each bit of {@link Block#outputBits}
     */
    void accept(Chunk chunk, BitPlanes planes);

    /** Puts results into a vector in the shape of the block's target. */
    static Results into(RingVector target) {
        return (chunk, planes) -> {
            long[] values = new long[chunk.instances()];
            planes.getValues(0, planes.planes(), values, 0);
            target.place(chunk.outputs(), 0, values, 0, values.length);
        };
    }
}
