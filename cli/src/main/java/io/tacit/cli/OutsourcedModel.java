package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;

/** Whether a network can be served under {@code outsourced}, found out before anything is made for it. */
final class OutsourcedModel {

    private OutsourcedModel() {}

    /**
     * @throws io.tacit.model.UnsupportedModelException naming every step that shares cannot carry
     * @throws io.tacit.crypto.channel.LimitExceeded if no lattice carries a layer; names both limits
     */
    static void check(PublicNetwork network, Deployment.Disclosure disclosure) {
        OutsourcedPlans.triplets(new SharingPlan(network, SharingSettings.of(OutsourcedPlans.disclosure(disclosure))));
    }
}
