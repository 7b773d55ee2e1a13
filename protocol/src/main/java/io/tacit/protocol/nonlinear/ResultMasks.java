package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.share.RingVector;
import java.util.Arrays;

/** The garbler's masks r of the results of one block. Chunks may be asked for by several threads at once. */
@FunctionalInterface
public interface ResultMasks {

    /**
     * Writes the masks of a chunk's results.
     *
     * @param planes zero; a plane for each bit of {@link Block#outputBits}
     */
    void write(Chunk chunk, BitPlanes planes);

    /** Masks that are a vector in the shape of the block's target. */
    static ResultMasks of(RingVector masks) {
        return (chunk, planes) -> {
            long[] values = new long[chunk.instances()];
            masks.pick(chunk.outputs(), 0, values, 0, values.length);
            planes.setValues(0, planes.planes(), values, 0);
            Arrays.fill(values, 0);
        };
    }
}
