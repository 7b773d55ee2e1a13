package io.tacit.protocol.linear;

import io.tacit.crypto.share.RingVector;
import java.util.List;

/**
 * One server's end of the preparation of products of shared weights with shared random inputs, for two servers or more.
 * Blocking; every peer calls the same methods with the same shapes in the same order.
 */
public interface TripletSource extends AutoCloseable {

    /**
     * Shares of the products {@code W B} modulo 2^l, W and B the sums of all servers' shares.
     *
     * @param shape the layer; l is its {@link LinearShape#ringBits}
     * @param weightShare W_i, this server's, over the ring of the shape
     * @param maskShares B_i, this server's, one a query: over the ring of the shape, unpadded, in the layout of the
     *     geometry's input
     * @return Z_i, this server's share of {@code W B}, one a query: over the ring of the shape, in the layout of the
     *     geometry's output. Each server's share alone is uniform
     */
    RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares);

    /**
     * Where the shares of several layers come from and go to. Each method is called once a layer, in the order of the
     * layers; different methods may be called at the same time.
     */
    interface Layers {
        /** W_i of a layer. */
        RingVector weightShare(int layer);

        /** B_i of a layer, one a query. */
        RingVector[] maskShares(int layer);

        /** Takes Z_i of a layer, one a query. */
        void take(int layer, RingVector[] products);
    }

    /**
     * The products of several layers in one go: shares are asked for when they are needed and results handed over as they
     * come, so that the work on one layer may overlap that on the next, and few layers are in memory.
     */
    default void products(List<LinearShape> shapes, int queries, Layers layers) {
        for (int layer = 0; layer < shapes.size(); layer++) {
            RingVector[] masks = layers.maskShares(layer);
            if (masks.length != queries) {
                throw new IllegalArgumentException(masks.length + " masks for " + queries + " queries");
            }
            layers.take(layer, products(shapes.get(layer), layers.weightShare(layer), masks));
        }
    }

    /** Ends what runs, here and at the peer, and wipes what was derived. */
    @Override
    void close();
}
