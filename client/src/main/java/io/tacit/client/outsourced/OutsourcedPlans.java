package io.tacit.client.outsourced;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;

/** From a deployment to what its parties compute: all of them make the same plans. */
public final class OutsourcedPlans {

    private OutsourcedPlans() {}

    /**
     * What the servers compute.
     *
     * @throws ModelFileException if the network is not the deployment's
     * @throws io.tacit.model.UnsupportedModelException if shares cannot carry it, naming every step
     */
    public static SharingPlan sharing(Deployment deployment, PublicNetwork network) {
        if (deployment.protocol() != TrustSetting.OUTSOURCED
                || !Sha256.ofDigest(network.hash()).equals(deployment.modelHash())) {
            throw new ModelFileException("the network " + network.name() + " is not the one of the deployment file"
                    + " (model-hash): use that network, or make a new deployment for this one (tacit keygen)");
        }
        return new SharingPlan(network, SharingSettings.of(disclosure(deployment.disclosure())));
    }

    /** How the servers prepare linear layers. @throws io.tacit.crypto.channel.LimitExceeded if no lattice carries a layer */
    public static TripletPlan triplets(SharingPlan plan) {
        return new TripletPlan(
                plan.layers().stream().map(SharingPlan.LinearLayer::shape).toList(),
                SecurityLevel.STANDARD,
                PackingGoal.BALANCED);
    }

    /** A deployment's disclosure as the protocol knows it. */
    public static Disclosure disclosure(Deployment.Disclosure told) {
        return switch (told.policy()) {
            case LABEL -> Disclosure.LABEL;
            case TOP_K -> Disclosure.topK(told.topK());
            case SCORES -> Disclosure.SCORES;
        };
    }
}
