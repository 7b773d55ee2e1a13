package io.tacit.cli;

import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
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

    @Option(
            names = "--identity",
            defaultValue = "user.pem",
            paramLabel = "FILE",
            description = "key and certificate (default: ${DEFAULT-VALUE})")
    private Path identityFile;

    @Option(names = "--model", required = true, paramLabel = "NET.tacit", description = "the integer network")
    private Path model;

    @Option(
            names = "--pads",
            paramLabel = "DIR",
            description = "folder of prepared material; without it, it is made as needed and kept in memory")
    private @Nullable Path pads;

    @Option(
            names = "--pads-budget",
            defaultValue = "8589934592",
            paramLabel = "BYTES",
            description = "most disk that prepared material takes (default: ${DEFAULT-VALUE})")
    private long budget;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    QueryOptions() {}

    Deployment deployment() {
        return DeploymentFile.read(deploymentFile);
    }

    IntegerNetwork network() {
        return IntegerNetworkFile.read(model);
    }

    /** The store for prepared material; the caller closes it. */
    MaterialStore store() {
        return pads == null
                ? new MemoryMaterialStore(PrivateModel.MEMORY_STORE_BYTES, new SecureRandom())
                : new FileMaterialStore(pads, budget, new SecureRandom());
    }

    /** Whether prepared material outlives the command. */
    boolean keepsPads() {
        return pads != null;
    }

    PrivateModel open(IntegerNetwork network, MaterialStore store) {
        Deployment deployment = deployment();
        PublishedMode.warn(deployment);
        return PrivateModel.open(deployment, Identity.load(identityFile), network, store);
    }
}
