package io.tacit.protocol.audit;

import io.tacit.crypto.share.PrimeField;

/**
 * What a cloud would have received from a build with a broken pad, worked out from what it received from the real one:
 * with x' = x - r received and x known to the auditor, r is known too. So that {@link PadStatistics} is seen to fail where it
 * must, with no broken build in the product.
 */
enum SimulatedPadFault {
    /** The second session uses the pad of the first. */
    REUSED("pad used twice") {
        @Override
        long pad(long[] ownPad, long[] earlierPad, int index) {
            return earlierPad[index];
        }
    },
    /** The key stream begins again after {@value #PERIOD} values. */
    REPEATING("pad repeats after " + SimulatedPadFault.PERIOD + " values") {
        @Override
        long pad(long[] ownPad, long[] earlierPad, int index) {
            return ownPad[index % PERIOD];
        }
    },
    /** The pad has {@value #NARROW_BITS} bits instead of the field's. */
    NARROW("pad of " + SimulatedPadFault.NARROW_BITS + " bits") {
        @Override
        long pad(long[] ownPad, long[] earlierPad, int index) {
            return ownPad[index] & (1 << NARROW_BITS) - 1;
        }
    };

    private static final int PERIOD = 1009;
    private static final int NARROW_BITS = 16;

    private final String description;

    SimulatedPadFault(String description) {
        this.description = description;
    }

    /** For people. */
    String description() {
        return description;
    }

    abstract long pad(long[] ownPad, long[] earlierPad, int index);

    /**
     * The second transcript as the broken build would have sent it.
     *
     * @param earlier what the cloud received first
     * @param earlierData what was masked in it, in the same order
     * @param later what the cloud received next
     * @param laterData what was masked in it
     */
    ResidueMatrix apply(ResidueMatrix earlier, long[] earlierData, ResidueMatrix later, long[] laterData) {
        PrimeField field = later.field();
        long[] earlierPad = pads(earlier, earlierData);
        long[] ownPad = pads(later, laterData);
        long[] sent = new long[ownPad.length];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = field.subtract(laterData[i], pad(ownPad, earlierPad, i));
        }
        return new ResidueMatrix(field, later.rows(), later.columns(), sent);
    }

    private static long[] pads(ResidueMatrix received, long[] data) {
        long[] pads = new long[data.length];
        for (int i = 0; i < pads.length; i++) {
            pads[i] = received.field().subtract(data[i], received.values()[i]);
        }
        return pads;
    }
}
