package io.tacit.protocol.popcorn;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;

/** The server's masks tau of the results of rounds, for one image: derived from its seed whenever they are needed. */
final class OutputMasks {

    private OutputMasks() {}

    /**
     * tau uniform in 0 .. 2^(u + sigma') - 1 for each value, and 2^(u - 1) more where results may be negative: so x + tau is not
     * negative and has at most u + sigma' + 1 bits.
     *
     * @param size values of the round's target
     */
    static WideWords of(PopcornPlan.Round round, int size, Seed image) {
        WideWords masks = new WideWords(round.block().outputBits(), size);
        int bits = round.resultMaskBits();
        long lowMask = -1L >>> Math.max(0, Long.SIZE - bits);
        long highMask = bits > Long.SIZE ? -1L >>> 2 * Long.SIZE - bits : 0;
        long offset = round.signedResult() ? 1L << round.resultBits() - 1 : 0;
        try (Prg prg = image.generator("popcorn", "output masks", Integer.toString(round.index()))) {
            for (int i = 0; i < size; i++) {
                long drawn = prg.nextLong() & lowMask;
                long low = drawn + offset;
                long carry = Long.compareUnsigned(low, drawn) < 0 ? 1 : 0;
                masks.set(i, low, (bits > Long.SIZE ? prg.nextLong() & highMask : 0) + carry);
            }
        }
        return masks;
    }
}
