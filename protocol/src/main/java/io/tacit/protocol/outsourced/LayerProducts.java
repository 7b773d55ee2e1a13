package io.tacit.protocol.outsourced;

import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import java.util.List;
import java.util.function.Consumer;

/** One server's shares Z_i of W * B for all layers of some queries, in one go, so that layers overlap. */
final class LayerProducts implements TripletSource.Layers {
    private final SharingPlan plan;
    private final ModelShare model;
    private final List<QuerySecrets> queries;
    private final Masks masks;
    private final Consumer<RingVector[]> sink;

    private LayerProducts(
            SharingPlan plan, ModelShare model, List<QuerySecrets> queries, Masks masks, Consumer<RingVector[]> sink) {
        this.plan = plan;
        this.model = model;
        this.queries = queries;
        this.masks = masks;
        this.sink = sink;
    }

    /** This server's mask B_i of an opened tensor. */
    @FunctionalInterface
    interface Masks {
        RingVector of(QuerySecrets query, Opening opening);
    }

    /** @param sink takes Z_i of each query, layer after layer in the order of the plan */
    static void prepare(
            SharingPlan plan,
            ModelShare model,
            TripletSource triplets,
            List<QuerySecrets> queries,
            Masks masks,
            Consumer<RingVector[]> sink) {
        triplets.products(
                plan.layers().stream().map(LinearLayer::shape).toList(),
                queries.size(),
                new LayerProducts(plan, model, queries, masks, sink));
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
                .map(query -> masks.of(query, opening).reduced(linear.ring()))
                .toArray(RingVector[]::new);
    }

    @Override
    public void take(int layer, RingVector[] products) {
        sink.accept(products);
    }
}
