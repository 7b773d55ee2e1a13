package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server would have got to know from a build with broken masks, worked out from what it got to know from the real one:
 * the auditor knows the data, and so the masks. So that the tests are seen to fail where they must, with no broken build in
 * the product.
 */
enum SimulatedMaskFault {
    /** Every second query uses the masks of the one before. */
    REUSED_OVER_QUERIES("mask used for two queries") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            return masks.get(query & ~1)[index];
        }
    },
    /** Every second query uses the negated masks of the one before. */
    NEGATED_OVER_QUERIES("mask negated for the next query") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            return query % 2 == 0 ? masks.get(query)[index] : -masks.get(query - 1)[index];
        }
    },
    /** The masks begin again within a query. */
    REUSED_OVER_VALUES("mask used for several values") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            long[] own = masks.get(query);
            return own[index % Math.max(1, Math.min(PERIOD, own.length / 2))];
        }
    },
    /** The two highest bits of every mask are zero. */
    SHORT("mask 2 bits short at the top") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            return masks.get(query)[index] & -1L >>> Long.SIZE - bits + MISSING_BITS;
        }
    },
    /** A mask has {@value #NARROW_BITS} bits: as many as a pixel. */
    NARROW("mask of 8 bits") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            return masks.get(query)[index] & -1L >>> Long.SIZE - Math.min(NARROW_BITS, bits / 2);
        }
    },
    /** The two lowest bits of every mask are zero. */
    COARSE("mask 2 bits short at the bottom") {
        @Override
        long mask(List<long[]> masks, int query, int index, int bits) {
            return masks.get(query)[index] & -1L << MISSING_BITS;
        }
    };

    private static final int PERIOD = 31;
    private static final int MISSING_BITS = 2;
    private static final int NARROW_BITS = 8;

    private final String description;

    SimulatedMaskFault(String description) {
        this.description = description;
    }

    /** For people. */
    String description() {
        return description;
    }

    /** The mask that the broken build uses. @param masks those of the real one */
    abstract long mask(List<long[]> masks, int query, int index, int bits);

    /** What the server would have got to know. */
    MaskedValues apply(MaskedValues real) {
        List<long[]> masks = real.masks();
        List<long[]> broken = new ArrayList<>();
        for (int query = 0; query < real.queries(); query++) {
            long[] of = new long[real.length()];
            for (int i = 0; i < of.length; i++) {
                of[i] = mask(masks, query, i, real.bits()) & real.ringMask();
            }
            broken.add(of);
        }
        return real.under(broken);
    }
}
