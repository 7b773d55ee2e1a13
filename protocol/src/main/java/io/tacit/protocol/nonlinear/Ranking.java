package io.tacit.protocol.nonlinear;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of a block that ranks classes, as the client reads it from both servers' halves. */
public final class Ranking {

    private Ranking() {}

    /** Bits of an answer that names {@code places} of {@code classes} classes: the outputs of its circuit. */
    public static int bits(int places, int classes) {
        return places * (Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1));
    }

    /**
     * The same for several instances of the answer's block, of which each byte holds eight.
     *
     * @param instances at most those of one chunk
     */
    public static Optional<List<List<Integer>>> decodeAll(
            byte[] decoding, byte[] colours, int places, int classes, int instances) {
        int plane = (instances + Byte.SIZE - 1) / Byte.SIZE;
        List<List<Integer>> all = new ArrayList<>();
        for (int instance = 0; instance < instances; instance++) {
            byte[] own = new byte[decoding.length / plane];
            for (int i = 0; i < own.length; i++) {
                int at = i * plane + instance / Byte.SIZE;
                own[i] = (byte) ((decoding[at] ^ colours[at]) >>> instance % Byte.SIZE & 1);
            }
            Optional<List<Integer>> best = decode(own, new byte[own.length], places, classes);
            if (best.isEmpty()) {
                return Optional.empty();
            }
            all.add(best.get());
        }
        return Optional.of(all);
    }

    /**
     * Indices of the best classes, best first: the lowest bits of decoding bytes and colours, summed, are their bits, the least
     * significant first.
     *
     * @param colours one byte a bit, as many as {@code decoding} has
     * @param places classes that are named
     * @param classes of the network
     * @return empty if an index is out of range or named twice: one of the halves is wrong
     */
    public static Optional<List<Integer>> decode(byte[] decoding, byte[] colours, int places, int classes) {
        int bits = decoding.length / places;
        List<Integer> best = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            int index = 0;
            for (int bit = 0; bit < bits; bit++) {
                int at = place * bits + bit;
                index |= ((decoding[at] ^ colours[at]) & 1) << bit;
            }
            if (index >= classes || best.contains(index)) {
                return Optional.empty();
            }
            best.add(index);
        }
        return Optional.of(best);
    }
}
