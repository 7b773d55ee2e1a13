package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes all that a new deployment needs: a private authority, one identity a role, and the deployment file. */
@Command(
        name = "keygen",
        description = "Makes keys and certificates for every role, and the deployment file that names them.")
final class KeygenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NET.tacit",
            description = "the integer network to be served")
    private Path model;

    @Option(
            names = "--protocol",
            defaultValue = "securenets",
            description = "trust setting (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Option(
            names = "--mode",
            defaultValue = "blinded",
            description = "blinded (default), weights-public (one cloud), or published (for comparison only)")
    private String mode;

    @Option(names = "--clouds", description = "clouds in mode blinded: 2 (default) or 3; the other modes have 1")
    private @Nullable Integer clouds;

    @Option(
            names = "--endpoint",
            paramLabel = "ROLE=HOST:PORT",
            description = "where a role listens, once a role (default: 127.0.0.1, ports from "
                    + NewDeployment.FIRST_PORT + ")")
    private Map<String, String> endpoints = new TreeMap<>();

    @Option(
            names = "--dir",
            defaultValue = ".",
            description = "folder for ROLE.pem and deployment.conf (default: here)")
    private Path dir;

    @Option(
            names = "--days",
            defaultValue = "365",
            description = "validity of certificates and deployment (default: 365)")
    private int days;

    @Option(names = "--batch", defaultValue = "4096", description = "most pictures in one query (default: 4096)")
    private int batch;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    KeygenCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        TrustSetting setting = TrustSetting.ofId(protocol)
                .filter(known -> known == TrustSetting.SECURENETS)
                .orElseThrow(
                        () -> new BadInput("this version deploys the protocol securenets, not '" + protocol + "'"));
        if (!setting.modes().contains(mode)) {
            throw new BadInput("no mode '" + mode + "'; " + protocol + " has: " + String.join(", ", setting.modes()));
        }
        boolean blinded = mode.equals("blinded");
        int count = clouds != null ? clouds : blinded ? 2 : 1;
        if (!blinded && count != 1) {
            throw new BadInput("mode " + mode + " has 1 cloud, not " + count + "; leave --clouds out");
        }
        if (blinded && (count < 2 || count > 3)) {
            throw new BadInput(
                    "mode blinded takes 2 or 3 clouds; with 1 cloud the weights are public: --mode weights-public");
        }
        if (days < 1 || days > 3650) {
            throw new BadInput("--days " + days + " is not within 1 .. 3650");
        }
        Map<String, Deployment.Endpoint> at = new TreeMap<>();
        endpoints.forEach((role, given) -> at.put(role, endpoint(role, given)));
        NewDeployment.Made made = new NewDeployment(
                        setting,
                        mode,
                        count,
                        Sha256.ofDigest(IntegerNetworkFile.read(model).hash()),
                        at,
                        batch,
                        Duration.ofDays(days))
                .write(dir);
        for (KeyGenerator.Issued identity : made.identities()) {
            out.println(identity.role() + "  " + identity.file() + "  " + identity.fingerprint());
        }
        out.println("deployment  " + made.file() + "  " + made.deployment().hash());
        out.println(
                "Give every party " + made.file() + " and its own .pem file, nothing else; the .pem files are secret.");
        return 0;
    }

    private static Deployment.Endpoint endpoint(String role, String given) {
        int colon = given.lastIndexOf(':');
        try {
            int port = Integer.parseInt(given.substring(colon + 1));
            if (colon == 0 || port < 1 || port > 65_535) {
                throw new BadInput("--endpoint " + role + "=" + given + " needs a host, and a port within 1 .. 65535");
            }
            return new Deployment.Endpoint(given.substring(0, colon), port);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new BadInput("--endpoint " + role + "=" + given + " is not HOST:PORT");
        }
    }
}
