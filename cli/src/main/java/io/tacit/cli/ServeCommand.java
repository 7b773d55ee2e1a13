package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.server.securenets.CloudService;
import io.tacit.server.securenets.DailyQuota;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a party that listens, until it is stopped. */
@Command(name = "serve", description = "Runs a listening role of a deployment, such as cloud-1, until it is stopped.")
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "role to play, such as cloud-1")
    private String role;

    @Option(
            names = "--deployment",
            defaultValue = "deployment.conf",
            paramLabel = "FILE",
            description = "default: ${DEFAULT-VALUE}")
    private Path deploymentFile;

    @Option(names = "--identity", paramLabel = "FILE", description = "key and certificate (default: ROLE.pem)")
    private @Nullable Path identityFile;

    @Option(names = "--bind", paramLabel = "HOST", description = "address to listen on (default: the endpoint's host)")
    private @Nullable String bind;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "writes what this party receives to a file, for an audit of what it could learn")
    private @Nullable Path record;

    @Option(
            names = "--record-limit",
            defaultValue = "16777216",
            paramLabel = "BYTES",
            description = "most bytes that are recorded (default: ${DEFAULT-VALUE})")
    private long recordLimit;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    ServeCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Deployment deployment = DeploymentFile.read(deploymentFile);
        if (!deployment.roles().containsKey(role)) {
            throw new BadInput(deploymentFile + " has no role '" + role + "'; it has: "
                    + String.join(", ", deployment.roles().keySet()));
        }
        Deployment.Endpoint endpoint = deployment
                .role(role)
                .endpoint()
                .orElseThrow(() -> new BadInput("role " + role + " does not listen; it asks with 'tacit predict'"));
        if (recordLimit < 0) {
            throw new BadInput("--record-limit " + recordLimit + " is negative");
        }
        PublishedMode.warn(deployment);
        Identity identity = Identity.load(identityFile == null ? Path.of(role + ".pem") : identityFile);
        Kernels.notice().ifPresent(notice -> System.err.println("tacit: " + notice));
        InetSocketAddress address = new InetSocketAddress(bind == null ? endpoint.host() : bind, endpoint.port());
        Path recordFile = record;
        try (OutputStream recording =
                recordFile == null ? OutputStream.nullOutputStream() : Files.newOutputStream(recordFile)) {
            UnaryOperator<Channel> tap = recordFile == null
                    ? UnaryOperator.identity()
                    : channel -> new RecordingChannel(channel, new Recorder(recording, recordLimit));
            try (LocalParty party = LocalParty.open(deployment, role, identity);
                    Cores cores = new Cores();
                    Listener listener = CloudService.listen(
                            party,
                            address,
                            new CloudService(
                                    CloudLimits.usual(),
                                    cores.growing(),
                                    cores.workers(),
                                    new DailyQuota(deployment.quotas().queriesPerDay(), Clock.systemUTC()),
                                    tap))) {
                Runtime.getRuntime().addShutdownHook(new Thread(listener::close, "tacit stop"));
                out.println(role + ": ready on " + endpoint + ", "
                        + Kernels.active().description() + " kernels");
                out.flush();
                listener.join();
            }
        }
        return 0;
    }

    /** Appends what is received to one file, up to a limit; shared by all channels of the party. */
    private static final class Recorder implements RecordingChannel.Sink {
        private final OutputStream file;
        private long room;

        Recorder(OutputStream file, long limit) {
            this.file = file;
            this.room = limit;
        }

        @Override
        public void received(byte[] bytes, int offset, int length) {
            synchronized (file) {
                int part = (int) Math.min(room, length);
                try {
                    file.write(bytes, offset, part);
                    file.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException("the recording cannot be written", e);
                }
                room -= part;
            }
        }
    }
}
