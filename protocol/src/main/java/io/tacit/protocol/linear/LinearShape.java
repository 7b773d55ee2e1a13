package io.tacit.protocol.linear;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * Everything public about one product of weights with inputs.
 *
 * @param geometry shape of the layer; a dense layer has extents of 1
 * @param ringBits l: weights, inputs and results are integers modulo 2^l
 */
public record LinearShape(ConvolutionGeometry geometry, int ringBits) {

    /** Widest ring: residues and their sums fit a {@code long}. */
    public static final int MAX_RING_BITS = 62;

    /** @throws IllegalArgumentException if {@code ringBits} is not in 1 .. {@value #MAX_RING_BITS} */
    public LinearShape {
        if (ringBits < 1 || ringBits > MAX_RING_BITS) {
            throw new IllegalArgumentException("ringBits = " + ringBits + " is not in 1.." + MAX_RING_BITS);
        }
    }
}
