package io.tacit.client.seco;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.model.ModelFileException;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.SecoPlan;
import java.util.ArrayList;
import java.util.List;

/** What the deployment file says to parties of {@code seco}. */
public final class SecoDeployment {

    private SecoDeployment() {}

    /** @throws ModelFileException unless the split, whose hash is given, is the deployment's */
    public static void require(Deployment deployment, byte[] hash, Mode mode, Disclosure disclosure, int servers) {
        if (deployment.protocol() != TrustSetting.SECO
                || !deployment.mode().equals(mode.id())
                || !Sha256.ofDigest(hash).equals(deployment.modelHash())
                || !OutsourcedPlans.disclosure(deployment.disclosure()).equals(disclosure)
                || deployment.roles().size() != servers + 1) {
            throw new ModelFileException("this file was not made by the split of the deployment file (model-hash):"
                    + " use the files of that split, or make a new deployment for this one (tacit keygen)");
        }
    }

    /** Number of the server with that role. */
    public static int number(String role) {
        return role.equals(SecoLanes.GATEWAY)
                ? SecoPlan.GATEWAY
                : Integer.parseInt(role.substring(role.indexOf('-') + 1));
    }

    /** Keys under which the user seals for each server, the gateway first. */
    public static List<SealingKey> sealingKeys(Deployment deployment, int servers) {
        List<SealingKey> keys = new ArrayList<>();
        for (int server = 0; server < servers; server++) {
            keys.add(deployment.role(SecoPlan.role(server)).sealingKey().orElseThrow());
        }
        return keys;
    }
}
