package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Values modulo a power of two that one server got to know in several queries, each a value of the computation less a mask
 * that the server must know nothing about. What it got to know is a message, or a message and a share of its own together.
 *
 * @param name what is masked
 * @param bits l of the ring Z/2^l
 * @param seen for each query what the server knows
 * @param data for each query what is masked in it, which the auditor knows: it chose the input and the network
 */
record MaskedValues(String name, int bits, List<long[]> seen, List<long[]> data) {
    MaskedValues {
        seen = List.copyOf(seen);
        data = List.copyOf(data);
    }

    long ringMask() {
        return -1L >>> Long.SIZE - bits;
    }

    int queries() {
        return seen.size();
    }

    /** Values of one query. */
    int length() {
        return seen.get(0).length;
    }

    /** The masks, if {@code of} is what was masked in query {@code query}. */
    long[] masks(int query, long[] of) {
        long[] masks = new long[length()];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = of[i] - seen.get(query)[i] & ringMask();
        }
        return masks;
    }

    /** The masks of all queries. */
    List<long[]> masks() {
        List<long[]> masks = new ArrayList<>();
        for (int query = 0; query < queries(); query++) {
            masks.add(masks(query, data.get(query)));
        }
        return masks;
    }

    /** The same data under other masks. */
    MaskedValues under(List<long[]> masks) {
        List<long[]> sent = new ArrayList<>();
        for (int query = 0; query < queries(); query++) {
            long[] values = new long[length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = data.get(query)[i] - masks.get(query)[i] & ringMask();
            }
            sent.add(values);
        }
        return new MaskedValues(name, bits, sent, data);
    }
}
