package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.model.integer.Step;
import java.util.List;

/**
 * A round as the paper has it, one product after another, chunk by chunk:
 * <pre>
 *   Y^ = U_W^-1 F_W^-1 Y F_Y U_Y    to the cloud
 *   Z^ = W^ Y^                      from the cloud
 *   Z  = D_W^-1 E_W^-1 Z^ U_Y^-1 F_Y^-1, of which some random entries are recomputed
 * </pre>
 * F_Y and U_Y are drawn anew for every chunk. Beside the spot checks, Freivalds' check of Z^ where the plan has it.
 */
final class PublishedRound implements Round {
    private final SecureNetsPlan plan;
    private final PrimeField field;
    private final PublishedLayers layers;
    private final Verification verification;
    private final Channel cloud;
    private final Seed seed;

    /** @param seed for the masks and spot checks of this round; closed with it */
    PublishedRound(
            SecureNetsPlan plan,
            PublishedLayers layers,
            Verification verification,
            Channel cloud,
            Seed seed,
            int images) {
        this.plan = plan;
        this.field = plan.field();
        this.layers = layers;
        this.verification = verification;
        this.cloud = cloud;
        this.seed = seed;
        Command.predict(images, 1, 0).send(cloud);
    }

    /** What was sent for one chunk of one product. */
    private record Sent(FieldVector y, PublishedMasks.Columns masks, Verification.Expectation expected) {}

    @Override
    public void apply(int layer, LocalSteps local) {
        Step.Linear step = plan.layers().get(layer);
        FieldVector[] accumulators = new FieldVector[local.chunks()];
        for (int chunk = 0; chunk < accumulators.length; chunk++) {
            accumulators[chunk] =
                    field.zeros(local.imagesIn(chunk) * step.shape().size());
        }
        List<PublishedLayers.Product> products = layers.layer(layer);
        for (int group = 0; group < products.size(); group++) {
            int index = plan.firstProduct(layer) + group;
            try (Prg prg = seed.generator("securenets", "round", Integer.toString(index))) {
                multiply(products.get(group), index, step.name(), layer, local, accumulators, prg);
            }
        }
        for (int chunk = 0; chunk < accumulators.length; chunk++) {
            local.complete(layer, chunk, accumulators[chunk]);
        }
    }

    private void multiply(
            PublishedLayers.Product product,
            int index,
            String name,
            int layer,
            LocalSteps local,
            FieldVector[] accumulators,
            Prg prg) {
        Sent[] sent = new Sent[local.chunks()];
        for (int chunk = 0; chunk < sent.length; chunk++) {
            int columns = local.imagesIn(chunk) * product.patches().positions();
            FieldVector y = product.patches().columns(field, local.input(layer, chunk));
            PublishedMasks.Columns masks = product.masks().columns(columns, prg);
            FieldVector masked = field.zeros(y.length());
            masks.maskInputs(y, masked);
            masked.send(cloud, 0, masked.length());
            sent[chunk] =
                    new Sent(y, masks, verification.expect(0, index, columns).plus(0, masked));
        }
        cloud.flush();

        int rows = product.masks().rows();
        for (int chunk = 0; chunk < sent.length; chunk++) {
            PublishedMasks.Columns masks = sent[chunk].masks();
            FieldVector masked = field.zeros(rows * masks.columns());
            masked.receive(cloud, 0, masked.length(), "layer " + name);
            sent[chunk].expected().require(masked, cloud.peer(), name);
            FieldVector z = field.zeros(masked.length());
            masks.unmaskOutputs(masked, z);
            spotCheck(product, sent[chunk].y(), z, masks.columns(), name, prg);
            product.patches().place(z, local.imagesIn(chunk), accumulators[chunk]);
        }
    }

    /**
     * Recomputes random entries of Z. With k wrong entries of N, c checks find one with probability 1 - (1 - k/N)^c, not
     * 1 - 2^-c as published.
     */
    private void spotCheck(
            PublishedLayers.Product product, FieldVector y, FieldVector z, int columns, String name, Prg prg) {
        int rows = product.masks().rows();
        int inner = product.masks().inner();
        for (int check = 0; check < plan.settings().spotChecks(); check++) {
            int row = prg.nextBelow(rows);
            int column = prg.nextBelow(columns);
            long expected = field.dot(product.weights(), row * inner, y, column * inner, inner);
            if (expected != z.get(column * rows + row)) {
                throw new ProtocolAbort(cloud.peer(), "layer " + name, AbortReason.VERIFICATION_FAILED);
            }
        }
    }

    @Override
    public void close() {
        seed.close();
    }
}
