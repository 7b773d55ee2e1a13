package io.tacit.protocol.privdnn;

import io.tacit.crypto.random.Prg;

/** What the user computes of the core filters, for the owner to decrypt. */
public interface CoreOutputs {

    /** Takes scaled results. */
    @FunctionalInterface
    interface ReturnedSink {
        void accept(int prime, int filter, int position, byte[] returned);
    }

    /** Takes masked results and their masks, 0 .. t - 1, one an image. */
    @FunctionalInterface
    interface MaskedSink {
        void accept(int prime, int filter, int position, byte[] returned, int[] mask);
    }

    /**
     * Results times a factor for each core filter.
     *
     * @param pixels images by channel, row, column
     * @param scales 1 .. {@link CorePlan#maxScale}
     * @param sink called once for each prime, filter and position, one at a time
     */
    void published(int[][] pixels, int[] scales, ReturnedSink sink);

    /**
     * Results plus masks that are uniform modulo T.
     *
     * @param masks for masks and what hides the noise; never one that another batch has used
     */
    void hardened(int[][] pixels, Prg masks, MaskedSink sink);
}
