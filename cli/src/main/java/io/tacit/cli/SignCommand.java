package io.tacit.cli;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.wire.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs a bundle with an owner's key: for deployments other than the one that 'tacit keygen' made for it last. */
@Command(
        name = "sign",
        description =
                "Signs a bundle as the owner of a deployment, in place of an earlier signature. 'tacit keygen' does so"
                        + " for the deployment that it makes.")
final class SignCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NET.bundle.tacit", description = "what 'tacit privdnn pack' wrote")
    private Path bundle;

    @Option(
            names = "--identity",
            defaultValue = "owner.pem",
            paramLabel = "FILE",
            description = "the owner's key and certificate (default: ${DEFAULT-VALUE})")
    private Path identity;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    SignCommand() {}

    @Override
    public Integer call() throws IOException {
        OutputFile.check(bundle);
        Identity owner = Identity.load(identity);
        Sha256 hash = Bundle.sign(bundle, owner);
        spec.commandLine().getOut().println(bundle + "  " + hash + "  signed by " + owner.fingerprint());
        return 0;
    }
}
