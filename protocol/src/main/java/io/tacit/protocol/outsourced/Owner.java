package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The owner P of the network: shares it between the two servers and leaves.
 *
 * <p>Security guarantee: no server alone learns anything about weights and biases. Both together, or whoever holds both
 * shares, have the network.
 */
public final class Owner {
    private final SharingPlan plan;
    private final SecureRandom random;

    public Owner(SharingPlan plan, SecureRandom random) {
        this.plan = plan;
        this.random = random;
    }

    /**
     * Draws W_0 and b_0 from a seed, which S0 gets, and gives W_1 = W - W_0 and b_1 = b - b_0 modulo 2^l to S1. The servers run
     * {@link ModelShare#receiveForGarbler} and {@link ModelShare#receiveForEvaluator}.
     *
     * @throws IllegalArgumentException if the network is not the plan's
     */
    public void deploy(IntegerNetwork network, Channel garbler, Channel evaluator) {
        if (!plan.settings().disclosure().known(network).equals(plan.network())) {
            throw new IllegalArgumentException(network.name() + " is not the network that the plan was made for");
        }
        byte[] id = new byte[DeploymentId.BYTES];
        random.nextBytes(id);
        DeploymentId deployment = DeploymentId.of(id, 0);
        garbler.enter(Phase.DEPLOY);
        evaluator.enter(Phase.DEPLOY);
        try (ModelShare drawn = ModelShare.expand(plan, deployment, Seed.random(random));
                ModelShare rest = rest(network, drawn)) {
            drawn.send(garbler);
            rest.send(evaluator);
            Command.expectAccepted(garbler, "deploy");
            Command.expectAccepted(evaluator, "deploy");
        }
    }

    private ModelShare rest(IntegerNetwork network, ModelShare drawn) {
        List<RingVector> weights = new ArrayList<>();
        List<RingVector> biases = new ArrayList<>();
        for (LinearLayer layer : plan.layers()) {
            Step.Linear step = (Step.Linear) network.steps().get(layer.step());
            Ring ring = layer.ring();
            RingVector w = ring.zeros(step.weights().length);
            w.encode(step.weights(), 0, 0, w.length());
            ring.subtract(w, 0, drawn.weights(layer), 0, w, 0, w.length());
            RingVector b = ring.zeros(step.bias().length);
            for (int channel = 0; channel < b.length(); channel++) {
                BigInteger bias = step.biasOf(channel);
                b.set(channel, bias.longValue());
            }
            ring.subtract(b, 0, drawn.biases(layer), 0, b, 0, b.length());
            weights.add(w);
            biases.add(b);
        }
        return ModelShare.complete(plan, drawn.deployment(), weights, biases);
    }
}
