package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.seco.SecoDeployment;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.server.doctor.Doctor;
import io.tacit.server.doctor.Finding;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at this machine, and with a role at its files, port and peers; says which side must change what. */
@Command(name = "doctor", description = "Checks this machine, and with --role a party's files, port and peers.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "role that this machine plays, such as user or cloud-1")
    private @Nullable String role;

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
            description =
                    "the network file of this party: NET.tacit, NET.public.tacit without weights, or what 'tacit split'"
                            + " made for it")
    private @Nullable Path model;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    DoctorCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Doctor doctor = new Doctor(Clock.systemUTC());
        List<Finding> findings = new ArrayList<>(doctor.machine());
        String played = role;
        if (played != null) {
            Deployment deployment = DeploymentFile.read(deploymentFile);
            if (!deployment.roles().containsKey(played)) {
                throw new BadInput(deploymentFile + " has no role '" + played + "'; it has: "
                        + String.join(", ", deployment.roles().keySet()));
            }
            Optional<Sha256> hash =
                    model == null ? Optional.empty() : Optional.of(modelHash(deployment, played, model));
            Optional<InetSocketAddress> listen =
                    deployment.role(played).endpoint().map(at -> new InetSocketAddress(at.host(), at.port()));
            findings.addAll(doctor.role(
                    deployment, played, identityFile == null ? Path.of(played + ".pem") : identityFile, hash, listen));
        }
        boolean well = true;
        for (Finding finding : findings) {
            well &= finding.ok();
            out.printf("%-4s %-14s %s%n", finding.ok() ? "ok" : "BAD", finding.check(), finding.detail());
            if (!finding.ok()) {
                out.printf("     %-14s -> %s%n", "", finding.remedy());
            }
        }
        out.println(well ? "all well" : "not well: see the lines marked BAD");
        return well ? 0 : 2;
    }

    /** What identifies the party's network in the deployment: where others do not own it, a hash without the weights. */
    private static Sha256 modelHash(Deployment deployment, String role, Path model) {
        if (deployment.protocol() == TrustSetting.SECO) {
            return Sha256.ofDigest(splitHash(role, model));
        }
        if (model.toString().endsWith(".public.tacit")) {
            return Sha256.ofDigest(PublicNetworkFile.read(model).hash());
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        return Sha256.ofDigest(
                deployment.protocol() == TrustSetting.SECURENETS
                        ? network.hash()
                        : OutsourcedPlans.disclosure(deployment.disclosure())
                                .known(network)
                                .hash());
    }

    private static byte[] splitHash(String role, Path model) {
        if (role.equals(SecoLanes.USER)) {
            return UserFile.read(model).hash();
        }
        try (ServerFile part = ServerFile.read(model, SecoDeployment.number(role))) {
            return part.plan().hash();
        }
    }
}
