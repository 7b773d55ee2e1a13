package io.tacit.protocol.linear;

import io.tacit.crypto.share.RingVector;

/** One server's end of the preparation of products of shared weights with shared random inputs, both directions. */
public interface TripletSource extends AutoCloseable {

    /**
     * This server's shares Z_i of W * B for some queries: Z_0 + Z_1 = (W_0 + W_1) * (B_0 + B_1) modulo 2^l. Blocks; the
     * peer calls the same with the same shape and number of queries, in the same order.
     *
     * @param weightShare W_i over the ring of the shape, in the layout of {@link io.tacit.kernel.ConvolutionGeometry}
     * @param maskShares B_i of each query, an input tensor without padding
     * @return Z_i of each query, an output tensor
     */
    RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares);

    /** Wipes what was derived; keys and channel are the caller's. */
    @Override
    void close();
}
