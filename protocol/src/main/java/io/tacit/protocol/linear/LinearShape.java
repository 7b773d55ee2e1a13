package io.tacit.protocol.linear;

import io.tacit.crypto.share.Ring;
import io.tacit.kernel.ConvolutionGeometry;

/**
 * Everything public about one product of weights with inputs.
 *
 * @param geometry shape of the layer; a dense layer has extents of 1
 * @param ringBits l: weights, inputs and results are integers modulo 2^l
 */
public record LinearShape(ConvolutionGeometry geometry, int ringBits) {

    /** @throws IllegalArgumentException if there is no such {@link Ring} */
    public LinearShape(ConvolutionGeometry geometry, int ringBits) {
        this.geometry = geometry;
        this.ringBits = new Ring(ringBits).bits();
    }

    /** The integers modulo 2^l. */
    public Ring ring() {
        return new Ring(ringBits);
    }
}
