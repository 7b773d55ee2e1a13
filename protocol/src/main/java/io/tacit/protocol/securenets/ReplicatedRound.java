package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.crypto.share.Shares;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.Step;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * A round with three clouds and nothing prepared. The data are shared as x = x_1 + x_2 + x_3; cloud k gets x_k and x_k+1:
 * <pre>
 *   z_k = W_k x_k + W_k x_k+1 + W_k+1 x_k    from cloud k, accepted if s^T z_k = t_k x_k + t_k x_k+1 + t_k+1 x_k
 *   W x + b = z_1 + z_2 + z_3 + b
 * </pre>
 * Shares 1 and 2 are drawn and travel as seeds; only share 3 is sent.
 */
final class ReplicatedRound implements Round {
    private static final int CLOUDS = 3;

    private final SecureNetsPlan plan;
    private final PrimeField field;
    private final Verification verification;
    private final List<Channel> clouds;
    private final List<FieldVector> biases;
    private final Seed[] seeds = new Seed[CLOUDS - 1];
    private final FieldVector[] x = new FieldVector[CLOUDS];
    private final FieldVector z;
    private final FieldVector sum;

    ReplicatedRound(
            SecureNetsPlan plan,
            Verification verification,
            List<Channel> clouds,
            List<FieldVector> biases,
            SecureRandom random,
            int images) {
        this.plan = plan;
        this.field = plan.field();
        this.verification = verification;
        this.clouds = clouds;
        this.biases = biases;
        CloudBuffers room = new CloudBuffers(plan.products(), field, plan.imagesPerChunk(), false);
        z = room.output;
        sum = field.zeros(z.length());
        for (int share = 0; share < CLOUDS; share++) {
            x[share] = field.zeros(room.input.length());
        }
        seeds[0] = Seed.random(random);
        seeds[1] = Seed.random(random);
        for (int k = 0; k < CLOUDS; k++) {
            List<Boolean> seeded = plan.seededInputs(k);
            Command.predict(images, 2, (seeded.get(0) ? 1 : 0) | (seeded.get(1) ? 2 : 0))
                    .send(clouds.get(k));
            sendSeed(clouds.get(k), k);
            sendSeed(clouds.get(k), Shares.next(k));
        }
    }

    private void sendSeed(Channel cloud, int share) {
        if (share < seeds.length) {
            byte[] revealed = seeds[share].reveal();
            cloud.send(revealed);
            Arrays.fill(revealed, (byte) 0);
        }
    }

    @Override
    public void apply(int layer, LocalSteps local) {
        Step.Linear step = plan.layers().get(layer);
        ConvolutionGeometry geometry = step.geometry();
        Verification.Expectation[][] expected = new Verification.Expectation[local.chunks()][CLOUDS];

        try (Prg first = Deployment.inputGenerator(seeds[0], layer);
                Prg second = Deployment.inputGenerator(seeds[1], layer)) {
            for (int chunk = 0; chunk < local.chunks(); chunk++) {
                int images = local.imagesIn(chunk);
                int inputs = images * geometry.inputSize();
                Residues.encode(local.input(layer, chunk), x[2], 0);
                x[0].randomize(first, 0, inputs);
                x[1].randomize(second, 0, inputs);
                field.subtract(x[2], 0, x[0], 0, x[2], 0, inputs);
                field.subtract(x[2], 0, x[1], 0, x[2], 0, inputs);
                for (int k = 0; k < CLOUDS; k++) {
                    if (k == 2 || Shares.next(k) == 2) {
                        x[2].send(clouds.get(k), 0, inputs);
                    }
                    expected[chunk][k] =
                            verification.expect(k, layer, images).plus(0, x[k]).plus(1, x[Shares.next(k)]);
                }
            }
        }
        clouds.forEach(Channel::flush);

        for (int chunk = 0; chunk < local.chunks(); chunk++) {
            int images = local.imagesIn(chunk);
            int outputs = images * geometry.outputSize();
            for (int image = 0; image < images; image++) {
                sum.copy(biases.get(layer), 0, image * geometry.outputSize(), geometry.outputSize());
            }
            for (int k = 0; k < CLOUDS; k++) {
                z.receive(clouds.get(k), 0, outputs, "layer " + step.name());
                expected[chunk][k].require(z, clouds.get(k).peer(), step.name());
                field.add(sum, 0, z, 0, sum, 0, outputs);
            }
            local.complete(layer, chunk, sum);
        }
    }

    @Override
    public void close() {
        Arrays.stream(seeds).forEach(Seed::close);
        Arrays.stream(x).forEach(FieldVector::wipe);
        sum.wipe();
    }
}
