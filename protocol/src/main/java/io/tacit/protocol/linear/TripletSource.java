package io.tacit.protocol.linear;

import io.tacit.crypto.share.RingVector;

/**
 * One server's end of the preparation of products of shared weights with shared random inputs, both directions. Blocking;
 * the peer calls the same methods with the same shapes in the same order.
 */
public interface TripletSource extends AutoCloseable {

    /**
     * Shares of the products {@code W B}, W = W_0 + W_1 and B = B_0 + B_1 modulo 2^l.
     *
     * @param shape the layer; l is its {@link LinearShape#ringBits}
     * @param weightShare W_i, this server's, over the ring of the shape
     * @param maskShares B_i, this server's, one a query: over the ring of the shape, unpadded, in the layout of the
     *     geometry's input
     * @return Z_i, this server's share of {@code W B}, one a query: over the ring of the shape, in the layout of the
     *     geometry's output. Each server's share alone is uniform
     */
    RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares);

    /** Ends the preparation, and a call that waits in another thread. Repeated calls do nothing. */
    @Override
    void close();
}
