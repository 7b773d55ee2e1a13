package io.tacit.protocol.linear;

import io.tacit.crypto.share.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * One server's end of the preparation of products of shared weights with shared random inputs, both directions. Blocking;
 * the peer calls the same methods with the same shapes in the same order.
 */
public interface TripletSource extends AutoCloseable {

    /**
     * One product for some queries.
     *
     * @param shape the layer; l is its {@link LinearShape#ringBits}
     * @param weightShare W_i, this server's, over the ring of the shape
     * @param maskShares B_i, this server's, one a query: over the ring of the shape, unpadded, in the layout of the
     *     geometry's input
     */
    record Request(LinearShape shape, RingVector weightShare, List<RingVector> maskShares) {
        public Request {
            maskShares = List.copyOf(maskShares);
        }
    }

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

    /**
     * Several products in one go, so that the stages of one may overlap those of the next.
     *
     * @return the shares of each request, in their order
     */
    default List<RingVector[]> products(List<Request> requests) {
        List<RingVector[]> products = new ArrayList<>();
        for (Request request : requests) {
            products.add(products(
                    request.shape(), request.weightShare(), request.maskShares().toArray(new RingVector[0])));
        }
        return products;
    }

    @Override
    void close();
}
