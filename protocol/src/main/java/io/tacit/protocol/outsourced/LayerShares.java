package io.tacit.protocol.outsourced;

import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import java.util.List;
import java.util.function.BiFunction;

/** One server's shares of all linear layers on their way into a preparation, and of the products on their way to drafts. */
final class LayerShares implements TripletSource.Layers {
    private final SharingPlan plan;
    private final ModelShare model;
    private final List<QuerySecrets> queries;
    private final BiFunction<QuerySecrets, Opening, RingVector> masks;
    private final List<MaterialStore.Draft> drafts;

    /**
     * @param masks B_i of an opening, for one query
     * @param drafts one a query, to which the products of the layers are written in order
     */
    LayerShares(
            SharingPlan plan,
            ModelShare model,
            List<QuerySecrets> queries,
            BiFunction<QuerySecrets, Opening, RingVector> masks,
            List<MaterialStore.Draft> drafts) {
        this.plan = plan;
        this.model = model;
        this.queries = queries;
        this.masks = masks;
        this.drafts = drafts;
    }

    /** Prepares all layers for all queries. */
    void prepare(TripletSource triplets) {
        List<LinearShape> shapes =
                plan.layers().stream().map(LinearLayer::shape).toList();
        triplets.products(shapes, queries.size(), this);
    }

    @Override
    public RingVector weightShare(int layer) {
        return model.weights(plan.layers().get(layer));
    }

    @Override
    public RingVector[] maskShares(int layer) {
        LinearLayer linear = plan.layers().get(layer);
        Opening opening = plan.openings().get(linear.opening());
        return queries.stream()
                .map(query -> masks.apply(query, opening).reduced(linear.ring()))
                .toArray(RingVector[]::new);
    }

    @Override
    public void take(int layer, RingVector[] products) {
        for (int i = 0; i < products.length; i++) {
            Material.write(drafts.get(i), products[i]);
        }
    }
}
