package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.CoreKeyFile;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.seco.SecoDeployment;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.OpeningKeyFile;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.paillier.ScratchSpace;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PublishedServer;
import io.tacit.protocol.popcorn.Server;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.Owner;
import io.tacit.protocol.privdnn.OwnerLimits;
import io.tacit.protocol.privdnn.PrivDnnPlan;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.server.material.FileMaterialStore;
import io.tacit.server.outsourced.EvaluatorService;
import io.tacit.server.outsourced.GarblerService;
import io.tacit.server.outsourced.ServerParts;
import io.tacit.server.outsourced.WarmUp;
import io.tacit.server.popcorn.PopcornService;
import io.tacit.server.privdnn.OwnerService;
import io.tacit.server.quota.DailyQuota;
import io.tacit.server.seco.GatewayService;
import io.tacit.server.seco.RemoteService;
import io.tacit.server.seco.SecoParts;
import io.tacit.server.securenets.CloudService;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a party that listens, until it is stopped. */
@Command(name = "serve", description = "Runs a listening role of a deployment, such as cloud-1, until it is stopped.")
final class ServeCommand implements Callable<Integer> {
    private static final int MOST_WARM_UP_SECONDS = 600;
    private static final int LONGEST_STOP_SECONDS = 10;

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
            description = "writes what this party receives to FILE.PEER, for an audit of what it could learn")
    private @Nullable Path record;

    @Option(
            names = "--record-limit",
            defaultValue = "16777216",
            paramLabel = "BYTES",
            description = "most bytes that are recorded of each peer (default: ${DEFAULT-VALUE})")
    private long recordLimit;

    @Option(
            names = "--model",
            paramLabel = "NET",
            description = "outsourced: the network without its weights, as keygen wrote it (NET.public.tacit);"
                    + " popcorn: the network (NET.tacit); privdnn: the bundle (NET.bundle.tacit);"
                    + " seco: this server's part, as 'tacit split' wrote it (NET.ROLE.tacit)")
    private @Nullable Path model;

    @Option(
            names = "--core-key",
            paramLabel = "FILE",
            description = "privdnn: the owner's key, as 'tacit privdnn pack' wrote it (NET.core-key)")
    private @Nullable Path coreKey;

    @Option(
            names = "--values-per-day",
            paramLabel = "VALUES",
            description = "privdnn: most values of each core filter that are decrypted for one user a day (default: as"
                    + " many as the deployment's queries-per-day need)")
    private @Nullable Long valuesPerDay;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "outsourced, seco: folder of what this server keeps, such as prepared material (default: ROLE.state)")
    private @Nullable Path state;

    @Option(
            names = "--disk-budget",
            defaultValue = "34359738368",
            paramLabel = "BYTES",
            description =
                    "outsourced, seco, popcorn: most disk that prepared material or scratch files take (default: ${DEFAULT-VALUE}, 32"
                            + " GiB)")
    private long budget;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "popcorn: folder for ciphertexts that do not fit the heap (default: Java's for temporary files)")
    private @Nullable Path scratch;

    @Option(
            names = "--keep-ready",
            defaultValue = "0",
            paramLabel = "QUERIES",
            description =
                    "outsourced (evaluator), seco (gateway): queries to keep prepared; filled up when half are used"
                            + " (default: ${DEFAULT-VALUE}: only what 'tacit prepare' asks for)")
    private int keepReady;

    @Option(
            names = "--warm-up",
            defaultValue = "3",
            paramLabel = "SECONDS",
            description =
                    "outsourced: runs the protocol on a made-up network for so long before the port opens, so that"
                            + " the first queries are as fast as later ones (default: ${DEFAULT-VALUE}; 0: not at all)")
    private int warmUpSeconds;

    @Option(
            names = "--pipeline",
            defaultValue = "on",
            paramLabel = "on|off",
            description = "outsourced: whether the stages of preparation overlap (default: ${DEFAULT-VALUE})")
    private Pipeline pipeline;

    private final CountDownLatch ended = new CountDownLatch(1);

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
                .orElseThrow(() -> new BadInput("role " + role + " does not listen; "
                        + (role.equals(OutsourcedLanes.OWNER)
                                ? "it shares out its network with 'tacit deploy'"
                                : "it asks with 'tacit predict'")));
        if (recordLimit < 0) {
            throw new BadInput("--record-limit " + recordLimit + " is negative");
        }
        if (budget < 0) {
            throw new BadInput("--disk-budget " + budget + " is negative");
        }
        if (scratch != null && !(Files.isDirectory(scratch) && Files.isWritable(scratch))) {
            throw new BadInput("--scratch " + scratch + " is no folder that can be written to");
        }
        if (record != null) {
            OutputFile.check(record);
        }
        PublishedMode.warn(deployment);
        Identity identity = Identity.load(identityFile == null ? Path.of(role + ".pem") : identityFile);
        Kernels.notice().ifPresent(notice -> System.err.println("tacit: " + notice));
        InetSocketAddress address = new InetSocketAddress(bind == null ? endpoint.host() : bind, endpoint.port());
        Path recordFile = record;
        try (Recording recording = recordFile == null ? null : new Recording(recordFile, recordLimit);
                LocalParty party = LocalParty.open(deployment, role, identity);
                Cores cores = new Cores()) {
            UnaryOperator<Channel> tap = recording == null ? UnaryOperator.identity() : recording;
            if (deployment.protocol() == TrustSetting.OUTSOURCED) {
                serveOutsourced(out, party, address, cores, tap);
            } else if (deployment.protocol() == TrustSetting.POPCORN) {
                servePopcorn(out, party, address, cores, tap);
            } else if (deployment.protocol() == TrustSetting.PRIVDNN) {
                servePrivDnn(out, party, address, cores, tap);
            } else if (deployment.protocol() == TrustSetting.SECO) {
                serveSeco(out, party, address, cores, tap);
            } else {
                CloudService service =
                        new CloudService(CloudLimits.usual(), cores.growing(), cores.workers(), quota(deployment), tap);
                try (Listener listener = CloudService.listen(party, address, service)) {
                    serve(out, listener, endpoint.toString());
                }
            }
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static DailyQuota quota(Deployment deployment) {
        return DailyQuota.ofPredictions(deployment.quotas().queriesPerDay(), Clock.systemUTC());
    }

    /** Until the listener is closed. */
    private void serve(PrintWriter out, Listener listener, String state) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(listener), "tacit stop"));
        out.println(role + ": ready on " + state + ", " + Kernels.active().description() + " kernels");
        out.flush();
        listener.join();
    }

    /** Closes the port, upon which all else is closed in its order; with the end of this call the process ends. */
    private void stop(Listener listener) {
        listener.close();
        try {
            ended.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serveOutsourced(
            PrintWriter out, LocalParty party, InetSocketAddress address, Cores cores, UnaryOperator<Channel> tap)
            throws InterruptedException {
        if (model == null) {
            throw new BadInput("name the network without its weights that keygen wrote: --model NET.public.tacit");
        }
        if (keepReady < 0 || (keepReady > 0 && !role.equals(OutsourcedLanes.EVALUATOR))) {
            throw new BadInput("--keep-ready is a number of queries, for the evaluator alone");
        }
        if (warmUpSeconds < 0 || warmUpSeconds > MOST_WARM_UP_SECONDS) {
            throw new BadInput("--warm-up " + warmUpSeconds + " is not 0 to " + MOST_WARM_UP_SECONDS + " seconds");
        }
        Deployment deployment = party.deployment();
        SharingPlan plan = OutsourcedPlans.sharing(deployment, PublicNetworkFile.read(model));
        Path folder = state == null ? Path.of(role + ".state") : state;
        SecureRandom random = new SecureRandom();
        WarmUp.run(Duration.ofSeconds(warmUpSeconds), random, cores.workers(), cores.growing());
        try (MaterialStore store = new FileMaterialStore(folder.resolve("material"), budget, random)) {
            ServerParts parts = new ServerParts(
                    plan,
                    OutsourcedPlans.triplets(plan),
                    pipeline,
                    store,
                    folder,
                    random,
                    cores.workers(),
                    cores.growing(),
                    tap);
            if (role.equals(OutsourcedLanes.GARBLER)) {
                GarblerService service = new GarblerService(parts, ServerLimits.usual());
                try (Listener listener = GarblerService.listen(party, address, service)) {
                    serve(out, listener, at(deployment, service.isDeployed()));
                }
            } else {
                try (EvaluatorService service =
                                new EvaluatorService(parts, party, ServerLimits.usual(), quota(deployment), keepReady);
                        Listener listener = EvaluatorService.listen(party, address, service)) {
                    serve(out, listener, at(deployment, service.isDeployed()));
                }
            }
        }
    }

    private void servePopcorn(
            PrintWriter out, LocalParty party, InetSocketAddress address, Cores cores, UnaryOperator<Channel> tap)
            throws InterruptedException {
        if (model == null) {
            throw new BadInput("name the network that is served: --model NET.tacit");
        }
        Deployment deployment = party.deployment();
        IntegerNetwork network = IntegerNetworkFile.read(model);
        PopcornSession.requireNetwork(
                deployment, PopcornSession.disclosure(deployment.disclosure()).known(network));
        PopcornService service = new PopcornService(popcornServer(deployment, network, cores), quota(deployment), tap);
        try (Listener listener = PopcornService.listen(party, address, service)) {
            serve(out, listener, deployment.role(role).endpoint().orElseThrow().toString());
        }
    }

    private PopcornService.Role popcornServer(Deployment deployment, IntegerNetwork network, Cores cores) {
        var limits = io.tacit.protocol.popcorn.ServerLimits.usual()
                .preparing(deployment.quotas().preparedQueries());
        Path folder = scratch == null ? Path.of(System.getProperty("java.io.tmpdir")) : scratch;
        limits = limits.scratchIn(new ScratchSpace(folder, budget));
        SecureRandom random = new SecureRandom();
        return PopcornSession.mode(deployment) == Mode.PUBLISHED
                ? new PublishedServer(network, limits, random, cores.workers())::serve
                : new Server(
                                network,
                                PopcornSession.disclosure(deployment.disclosure()),
                                limits,
                                random,
                                cores.workers())::serve;
    }

    private void servePrivDnn(
            PrintWriter out, LocalParty party, InetSocketAddress address, Cores cores, UnaryOperator<Channel> tap)
            throws InterruptedException {
        if (model == null || coreKey == null) {
            throw new BadInput("name the bundle and its key: --model NET.bundle.tacit --core-key NET.core-key");
        }
        Deployment deployment = party.deployment();
        try (Bundle bundle = Bundle.open(model);
                Seed key = CoreKeyFile.read(coreKey, bundle.hash());
                CoreOwner core = new CoreOwner(bundle.corePlan(), key)) {
            PrivDnnSession.requireBundle(deployment, bundle);
            OwnerLimits limits = new OwnerLimits(
                    Math.min(bundle.corePlan().slots(), deployment.limits().batch()), OwnerLimits.DEFAULT.idle());
            Owner owner = new Owner(bundle.plan(), core, limits, new SecureRandom(), cores.workers());
            long values = valuesPerDay(deployment, bundle.plan());
            if (bundle.plan().settings().mode() == io.tacit.protocol.privdnn.Mode.PUBLISHED) {
                out.printf(
                        Locale.ROOT,
                        "owner: at most %,d values of each core filter a day for a user, of %,d images; this limits a"
                                + " rate, and protects nothing%n",
                        values,
                        values / bundle.plan().positions());
            }
            OwnerService service = new OwnerService(owner, OwnerService.quota(values, Clock.systemUTC()), tap);
            try (Listener listener = OwnerService.listen(party, address, service)) {
                serve(
                        out,
                        listener,
                        deployment.role(role).endpoint().orElseThrow().toString());
            }
        }
    }

    private long valuesPerDay(Deployment deployment, PrivDnnPlan plan) {
        Long values = valuesPerDay;
        if (values == null) {
            return Math.multiplyExact(deployment.quotas().queriesPerDay(), (long) plan.positions());
        }
        if (values < plan.positions()) {
            throw new BadInput("--values-per-day " + values + ": one image needs " + plan.positions()
                    + " values of each core filter");
        }
        return values;
    }

    private void serveSeco(
            PrintWriter out, LocalParty party, InetSocketAddress address, Cores cores, UnaryOperator<Channel> tap)
            throws InterruptedException {
        if (model == null) {
            throw new BadInput("name this server's part of the network, as 'tacit split' wrote it: --model NET." + role
                    + ".tacit");
        }
        boolean gateway = role.equals(SecoLanes.GATEWAY);
        if (keepReady < 0 || (keepReady > 0 && !gateway)) {
            throw new BadInput("--keep-ready is a number of queries, for the gateway alone");
        }
        Deployment deployment = party.deployment();
        Deployment.Role own = deployment.role(role);
        Path keyFile = OpeningKeyFile.beside(identityFile == null ? Path.of(role + ".pem") : identityFile);
        Path folder = state == null ? Path.of(role + ".state") : state;
        SecureRandom random = new SecureRandom();
        try (ServerFile part = ServerFile.read(model, SecoDeployment.number(role));
                OpeningKey key = OpeningKeyFile.read(keyFile, own.sealingKey().orElseThrow());
                MaterialStore store = new FileMaterialStore(folder.resolve("material"), budget, random)) {
            SecoDeployment.require(
                    deployment,
                    part.plan().hash(),
                    part.plan().mode(),
                    part.plan().rest().sharing().disclosure(),
                    part.plan().servers());
            SecoParts parts = new SecoParts(
                    party,
                    part,
                    key,
                    store,
                    io.tacit.protocol.seco.ServerLimits.usual(),
                    random,
                    cores.workers(),
                    cores.growing(),
                    tap);
            String at = own.endpoint().orElseThrow().toString();
            if (gateway) {
                try (GatewayService service = new GatewayService(parts, quota(deployment), keepReady);
                        Listener listener = GatewayService.listen(address, service)) {
                    serve(out, listener, at);
                }
            } else {
                try (Listener listener = RemoteService.listen(address, new RemoteService(parts))) {
                    serve(out, listener, at);
                }
            }
        }
    }

    private String at(Deployment deployment, boolean deployed) {
        return deployment.role(role).endpoint().orElseThrow()
                + (deployed ? "" : ", waiting for the owner's network (tacit deploy)");
    }
}
