package io.tacit.protocol.securenets;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * One product that clouds compute: a geometry applied to {@code columnsPerImage} input tensors an image. All that a cloud
 * is told about a layer.
 *
 * @param geometry shape of the product; a plain matrix product is a dense geometry
 * @param columnsPerImage input tensors for one image: 1, or the positions of a convolution written as a matrix product
 */
public record RemoteProduct(ConvolutionGeometry geometry, int columnsPerImage) {

    public RemoteProduct {
        if (columnsPerImage < 1
                || (long) columnsPerImage * Math.max(geometry.inputSize(), geometry.outputSize()) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("columnsPerImage = " + columnsPerImage);
        }
    }

    /** Values that travel to a cloud for one image. */
    public int inputPerImage() {
        return columnsPerImage * geometry.inputSize();
    }

    /** Values that come back for one image. */
    public int outputPerImage() {
        return columnsPerImage * geometry.outputSize();
    }

    /** Multiplications for one image. */
    public long multiplicationsPerImage() {
        return columnsPerImage * geometry.multiplications();
    }
}
