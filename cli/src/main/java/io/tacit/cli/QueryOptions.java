package io.tacit.cli;

import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.PaillierKeyFile;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.server.material.FileMaterialStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the querying party says who it is and what it asks: options that several commands share. */
final class QueryOptions {
    @Option(
            names = "--deployment",
            defaultValue = "deployment.conf",
            paramLabel = "FILE",
            description = "default: ${DEFAULT-VALUE}")
    private Path deploymentFile;

    @Option(names = "--identity", paramLabel = "FILE", description = "key and certificate (default: ROLE.pem)")
    private @Nullable Path identityFile;

    @Option(
            names = "--model",
            paramLabel = "NET",
            description = "NET.tacit under securenets, NET.public.tacit under outsourced and popcorn,"
                    + " NET.bundle.tacit under privdnn, NET.user.tacit under seco")
    private @Nullable Path model;

    @Option(
            names = "--paillier-key",
            paramLabel = "FILE",
            description = "popcorn: this party's Paillier key (default: client.paillier beside the identity)")
    private @Nullable Path paillierKey;

    @Option(
            names = "--pads",
            paramLabel = "DIR",
            description = "securenets, seco: folder of prepared material; without it, it is made as needed, in memory")
    private @Nullable Path pads;

    @Option(
            names = "--pads-budget",
            defaultValue = "8589934592",
            paramLabel = "BYTES",
            description = "securenets, seco: most disk that prepared material takes (default: ${DEFAULT-VALUE}, 8 GiB)")
    private long budget;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    QueryOptions() {}

    Deployment deployment() {
        return DeploymentFile.read(deploymentFile);
    }

    IntegerNetwork network() {
        return IntegerNetworkFile.read(model());
    }

    /** Reads the network for its own sake: a file that is none is reported before anything else is done. */
    void checkNetwork() {
        if (model().toString().endsWith(".bundle.tacit")) {
            Bundle.open(model()).close();
        } else if (model().toString().endsWith(".public.tacit")) {
            PublicNetworkFile.read(model());
        } else if (model().toString().endsWith(".user.tacit")) {
            UserFile.read(model());
        } else {
            network();
        }
    }

    private Path model() {
        if (model == null) {
            throw new BadInput("name the network: --model NET");
        }
        return model;
    }

    /** Who this party is. @param role whose file is taken where none is named */
    Identity identity(String role) {
        return Identity.load(identityPath(role));
    }

    private Path identityPath(String role) {
        return identityFile == null ? Path.of(role + ".pem") : identityFile;
    }

    /** The store for prepared material; the caller closes it. */
    MaterialStore store() {
        if (budget < 0) {
            throw new BadInput("--pads-budget " + budget + " is negative");
        }
        return pads == null
                ? new MemoryMaterialStore(PrivateModel.MEMORY_STORE_BYTES, new SecureRandom())
                : new FileMaterialStore(pads, budget, new SecureRandom());
    }

    /** Whether prepared material outlives the command. */
    boolean keepsPads() {
        return pads != null;
    }

    /** Connects as the asking party of the deployment. @param store used where this party prepares material itself */
    PrivateModel open(MaterialStore store) {
        Deployment deployment = deployment();
        PublishedMode.warn(deployment);
        Identity identity = identity(deployment.protocol().askingRole());
        if (deployment.protocol() == TrustSetting.POPCORN) {
            Path file = paillierKey != null
                    ? paillierKey
                    : PaillierKeyFile.beside(identityPath(deployment.protocol().askingRole()));
            return PrivateModel.open(
                    deployment,
                    identity,
                    PublicNetworkFile.read(model()),
                    PaillierKeyFile.read(file, identity.fingerprint(), new SecureRandom()));
        }
        if (deployment.protocol() == TrustSetting.PRIVDNN) {
            return PrivateModel.open(deployment, identity, Bundle.open(model()));
        }
        if (deployment.protocol() == TrustSetting.SECO) {
            return PrivateModel.open(deployment, identity, UserFile.read(model()), store);
        }
        return deployment.protocol() == TrustSetting.OUTSOURCED
                ? PrivateModel.open(deployment, identity, PublicNetworkFile.read(model()))
                : PrivateModel.open(deployment, identity, network(), store);
    }
}
