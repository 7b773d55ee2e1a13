package io.tacit.client.seco;

import io.tacit.protocol.seco.SecoPlan;

/** Lanes of {@code seco}: who dials which at whom, and what runs on it. */
public final class SecoLanes {
    /** Role that asks; it knows the gateway alone. */
    public static final String USER = "user";

    /** Server 0. */
    public static final String GATEWAY = SecoPlan.role(SecoPlan.GATEWAY);

    /** User at the gateway: queries, one after another. */
    public static final String QUERY = "query";

    /** User at the gateway: has queries prepared by the servers. */
    public static final String CONTROL = "control";

    /** User at the gateway: circuits of the gateway's own layers, for queries to come. */
    public static final String LAYERS = "layers";

    /** User at the gateway: products of the gateway's own layers, for the lane {@link #LAYERS} of the same session. */
    public static final String LAYER_PRODUCTS = "layer-products";

    /** Every server at those with greater numbers: circuits of queries to come. */
    public static final String CIRCUITS = "circuits";

    /** Gateway at the other servers: products for the lane {@link #CIRCUITS} of the same session. */
    public static final String PRODUCTS = "products";

    /** Every server at those with greater numbers: queries. */
    public static final String ONLINE = "online";

    private SecoLanes() {}
}
