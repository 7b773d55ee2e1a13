package io.tacit.protocol.privdnn;

import io.tacit.crypto.random.Prg;

/**
 * The user's half of the encrypted part: from pixels to what goes to the owner, once for each plaintext prime. The core
 * filters of the second convolution are counted from 0; positions are those of the segment's boundary, row by row.
 */
public interface CoreOutputs {

    /** Largest factor in mode published: with it, too, outputs are below T / 2. */
    int mostScale();

    /**
     * The outputs times a factor a filter.
     *
     * @param pixels inputs, as the network reads them, an image an array
     * @param scales a factor for each core filter, 1 .. {@link #mostScale}
     * @param sink takes each ciphertext once, in the calling thread
     */
    void published(int[][] pixels, int[] scales, ReturnedSink sink);

    /**
     * The outputs plus masks, uniform modulo each prime.
     *
     * @param masks where they are drawn from
     */
    void hardened(int[][] pixels, Prg masks, MaskedSink sink);

    /** Takes what goes to the owner. */
    @FunctionalInterface
    interface ReturnedSink {
        /** @param returned a ciphertext that holds one position of one filter for all images */
        void accept(int prime, int filter, int position, byte[] returned);
    }

    /** Takes what goes to the owner, and the masks in it. */
    @FunctionalInterface
    interface MaskedSink {
        /** @param mask of each image, modulo the prime; secret, the user's alone */
        void accept(int prime, int filter, int position, byte[] returned, int[] mask);
    }
}
