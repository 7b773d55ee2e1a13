package io.tacit.protocol.securenets;

import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.model.integer.Step;
import java.util.ArrayList;
import java.util.List;

/** Published mode: every linear layer as matrix products, with the masks of W drawn once for the deployment. */
final class PublishedLayers {

    /**
     * One product.
     *
     * @param patches how columns of Y are made
     * @param weights W with the biases as last column
     * @param masks masks of W
     */
    record Product(Patches patches, FieldVector weights, PublishedMasks masks) {}

    private final List<List<Product>> byLayer = new ArrayList<>();

    PublishedLayers(SecureNetsPlan plan, Seed seed) {
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            Step.Linear step = plan.layers().get(layer);
            List<Product> groups = new ArrayList<>();
            for (int group = 0; group < step.geometry().groups(); group++) {
                Patches patches = new Patches(step.geometry(), group);
                int rows = step.geometry().outChannels() / step.geometry().groups();
                try (var prg = seed.generator("securenets", "masks", layer + "/" + group)) {
                    groups.add(new Product(
                            patches,
                            patches.weights(plan.field(), step),
                            new PublishedMasks(plan.field(), rows, patches.inner(), prg)));
                }
            }
            byLayer.add(groups);
        }
    }

    /** The products of one layer, one a group. */
    List<Product> layer(int layer) {
        return byLayer.get(layer);
    }

    /** W^ of all products in order. */
    List<FieldVector> maskedWeights() {
        List<FieldVector> masked = new ArrayList<>();
        byLayer.forEach(
                groups -> groups.forEach(product -> masked.add(product.masks().maskWeights(product.weights()))));
        return masked;
    }
}
