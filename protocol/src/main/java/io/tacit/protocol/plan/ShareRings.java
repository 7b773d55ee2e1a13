package io.tacit.protocol.plan;

import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;

/**
 * In how many bits each step's result is shared: as many as those need that read it. A non-linear step needs the bits of what
 * it reads, any other those of its own result, since all is computed modulo the ring of the result.
 */
public final class ShareRings {

    private ShareRings() {}

    /** Bits by step; 0 for steps that nobody reads or that are inside a block. */
    public static int[] bits(PublicNetwork network, BlockPlan blocks) {
        return bits(network, blocks, 0);
    }

    /** The same. @param leastOutputBits bits that the ring of the last step's result has at least */
    static int[] bits(PublicNetwork network, BlockPlan blocks, int leastOutputBits) {
        int[] need = new int[network.steps().size()];
        need[need.length - 1] =
                Math.max(leastOutputBits, blocks.word(need.length - 1).bits());
        for (int i = need.length - 1; i > 0; i--) {
            if (need[i] == 0 || blocks.isAbsorbed(i)) {
                continue;
            }
            if (blocks.isMadeByBlock(i)) {
                int source = blocks.source(i);
                need[source] = Math.max(need[source], blocks.word(source).bits());
                continue;
            }
            PublicStep step = network.steps().get(i);
            for (int s = 0; s < step.sources().size(); s++) {
                int source = step.sources().get(s);
                int shift = step.operation() instanceof Operation.Sum sum
                        ? sum.leftShifts().get(s)
                        : 0;
                need[source] = Math.max(need[source], Math.max(1, need[i] - shift));
            }
        }
        return need;
    }
}
