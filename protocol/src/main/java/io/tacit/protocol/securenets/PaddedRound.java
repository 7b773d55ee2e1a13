package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.Step;
import java.util.List;

/**
 * A round with one or two clouds and a pad:
 * <pre>
 *   x' = x - r                 to every cloud
 *   z_k = W_k x'               from cloud k, accepted if s^T z_k = t_k x'
 *   W x + b = sum of z_k + u   where u = W r + b
 * </pre>
 */
final class PaddedRound implements Round {
    private final SecureNetsPlan plan;
    private final PrimeField field;
    private final Verification verification;
    private final List<Channel> clouds;
    private final Pads.Pad pad;
    private final FieldVector x;
    private final FieldVector r;
    private final FieldVector z;
    private final FieldVector sum;

    private PaddedRound(SecureNetsPlan plan, Verification verification, List<Channel> clouds, Pads.Pad pad) {
        this.plan = plan;
        this.field = plan.field();
        this.verification = verification;
        this.clouds = clouds;
        this.pad = pad;
        CloudBuffers room = new CloudBuffers(plan.products(), field, plan.imagesPerChunk(), false);
        x = room.input;
        z = room.output;
        r = field.zeros(x.length());
        sum = field.zeros(z.length());
    }

    /** Announces the round; the pad is burnt with it, however it ends. */
    static PaddedRound begin(
            SecureNetsPlan plan, Verification verification, List<Channel> clouds, Pads.Pad pad, int images) {
        PaddedRound round = new PaddedRound(plan, verification, clouds, pad);
        try {
            clouds.forEach(cloud -> Command.predict(images, 1, 0).send(cloud));
            return round;
        } catch (RuntimeException e) {
            round.close();
            throw e;
        }
    }

    @Override
    public void apply(int layer, LocalSteps local) {
        Step.Linear step = plan.layers().get(layer);
        ConvolutionGeometry geometry = step.geometry();
        Verification.Expectation[][] expected = new Verification.Expectation[local.chunks()][clouds.size()];
        pad.begin(layer);

        for (int chunk = 0; chunk < local.chunks(); chunk++) {
            int images = local.imagesIn(chunk);
            int inputs = images * geometry.inputSize();
            Residues.encode(local.input(layer, chunk), x, 0);
            pad.masks(r);
            field.subtract(x, 0, r, 0, x, 0, inputs);
            for (int k = 0; k < clouds.size(); k++) {
                x.send(clouds.get(k), 0, inputs);
                expected[chunk][k] = verification.expect(k, layer, images).plus(0, x);
            }
        }
        clouds.forEach(Channel::flush);

        for (int chunk = 0; chunk < local.chunks(); chunk++) {
            int images = local.imagesIn(chunk);
            int outputs = images * geometry.outputSize();
            pad.removers(sum, images);
            for (int k = 0; k < clouds.size(); k++) {
                z.receive(clouds.get(k), 0, outputs, "layer " + step.name());
                expected[chunk][k].require(z, clouds.get(k).peer(), step.name());
                field.add(sum, 0, z, 0, sum, 0, outputs);
            }
            local.complete(layer, chunk, sum);
        }
    }

    @Override
    public void close() {
        pad.close();
        x.wipe();
        r.wipe();
        sum.wipe();
    }
}
