package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The owner shares its network between the servers of a deployment, and is done. */
@Command(
        name = "deploy",
        description = "Shares the owner's network between the servers of an outsourced deployment; neither learns it.")
final class DeployCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "NET.tacit", description = "the integer network")
    private Path model;

    @Option(
            names = "--deployment",
            defaultValue = "deployment.conf",
            paramLabel = "FILE",
            description = "default: ${DEFAULT-VALUE}")
    private Path deploymentFile;

    @Option(
            names = "--identity",
            defaultValue = "owner.pem",
            paramLabel = "FILE",
            description = "the owner's key and certificate (default: ${DEFAULT-VALUE})")
    private Path identityFile;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    DeployCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Deployment deployment = DeploymentFile.read(deploymentFile);
        if (deployment.protocol() != TrustSetting.OUTSOURCED) {
            throw new BadInput("under " + deployment.protocol().id() + " there is nothing to deploy ahead");
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        try (LocalParty party = LocalParty.open(deployment, OutsourcedLanes.OWNER, Identity.load(identityFile))) {
            Map<String, Traffic> traffic =
                    new TreeMap<>(new OutsourcedOwner(party, new SecureRandom()).deploy(network));
            traffic.forEach((server, t) -> out.printf(
                    "%s: %,d bytes of its share sent, and kept there%n",
                    server, t.in(Phase.DEPLOY).bytesSent()));
        }
        out.println("deployed " + network.name() + "; the owner is not needed for queries");
        return 0;
    }
}
