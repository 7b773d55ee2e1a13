package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.Median;
import io.tacit.bench.MeteredThreads;
import io.tacit.bench.link.LinkShaper;
import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.seco.Answer;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.SecoPrice;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table of seco: what a query costs user, gateway and servers, by the number of layers that the gateway keeps. Gateway
 * and servers are processes, the user is this one; every answer is compared with the plaintext network's.
 */
final class SecoNetworksBench {
    static final List<String> USUAL = List.of("mnist_m4_avg");
    static final int USUAL_SERVERS = 3;
    static final int USUAL_RUNS = 5;

    private static final int WARM_UPS = 3;
    private static final long PATIENCE_SECONDS = 600;
    private static final long STORE_BYTES = 1L << 30;
    private static final Deployment.Disclosure TOLD = new Deployment.Disclosure(Deployment.Policy.SCORES, 0);

    /** Where servers listen that are reached through a shaper: the loopback network has more addresses than one. */
    private static final String BEHIND_THE_LINK = "127.0.0.2";

    /** A round trip of 40 ms. */
    private static final LinkShaper.Link SLOW = new LinkShaper.Link(100_000_000, Duration.ofMillis(20));

    private static final List<String> COLUMNS = List.of(
            "network",
            "mode",
            "servers",
            "gateway's layers",
            "link",
            "AND gates",
            "prepare",
            "CPU gateway",
            "CPU servers",
            "online",
            "CPU user",
            "CPU gateway",
            "CPU servers",
            "kB user sends",
            "kB user gets",
            "MB servers",
            "trips");

    private final List<Integer> layers;
    private final int servers;
    private final List<Mode> modes;
    private final int runs;
    private final boolean shaped;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param layers numbers of layers that the gateway keeps
     * @param servers the gateway among them
     * @param runs queries of which the medians count
     * @param shaped whether a link of 100 Mbit/s and 40 ms is measured too
     */
    SecoNetworksBench(List<Integer> layers, int servers, List<Mode> modes, int runs, boolean shaped) {
        this.layers = layers;
        this.servers = servers;
        this.modes = modes;
        this.runs = runs;
        this.shaped = shaped;
    }

    /**
     * What one query takes; seconds of processor time where not said otherwise.
     *
     * @param layers of the gateway alone
     * @param prepareSeconds by the clock, each query's part of those prepared together, the gateway's layers included
     * @param onlineSeconds by the clock
     * @param serverPrepareSeconds of all servers but the gateway together, as in what follows
     * @param userSentBytes online, as counted by the user's channel
     * @param serverBytes online, between all servers, as counted by the plan
     * @param trips between servers, one after another
     */
    record Row(
            String network,
            String mode,
            int servers,
            int layers,
            String link,
            long andGates,
            double prepareSeconds,
            double gatewayPrepareSeconds,
            double serverPrepareSeconds,
            double onlineSeconds,
            double userSeconds,
            double gatewaySeconds,
            double serverSeconds,
            long userSentBytes,
            long userReceivedBytes,
            long serverBytes,
            int trips) {}

    void run(List<String> names, ExampleNetworks examples, PrintWriter out, @Nullable Path json, @Nullable Path page)
            throws IOException {
        String conditions =
                "Gateway and servers as processes over TLS 1.3 on loopback, the user in one thread of another;"
                        + " medians of " + runs + " queries, prepared together, after " + WARM_UPS
                        + " to warm up; seconds by the clock, CPU in processor seconds a query, of all servers but the gateway"
                        + " together; every answer compared with the plaintext network's. " + BenchCommand.machine();
        out.println(conditions);
        out.println(line(COLUMNS));
        out.flush();
        for (String name : names) {
            ExampleNetworks.Subject subject = examples.load(name, 1);
            for (Mode mode : modes) {
                for (int own : layers) {
                    add(out, measure(name, subject, mode, own, Optional.empty()));
                    if (shaped) {
                        add(out, measure(name, subject, mode, own, Optional.of(SLOW)));
                    }
                }
            }
        }
        if (json != null) {
            OutputFile.writeJson(
                    json, Map.of("machine", BenchCommand.machine(), "conditions", conditions, "figures", rows));
        }
        if (page != null) {
            HtmlPage html = new HtmlPage("Tacit: seco, measured", conditions);
            html.table(COLUMNS, rows.stream().map(SecoNetworksBench::cells).toList());
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
    }

    private void add(PrintWriter out, Row row) {
        rows.add(row);
        out.println(line(cells(row)));
        out.flush();
    }

    private Row measure(
            String name, ExampleNetworks.Subject subject, Mode mode, int own, Optional<LinkShaper.Link> link)
            throws IOException {
        Path folder = Files.createTempDirectory("tacit-bench-seco");
        List<PartyProcess> parties = new ArrayList<>();
        List<LinkShaper> shapers = new ArrayList<>();
        try {
            NetworkSplit split = SplitCommand.split(subject.network(), own);
            SecoPlan plan = ServerFile.plan(mode, 0, split, OutsourcedPlans.disclosure(TOLD), servers);
            for (ServerFile file : ServerFile.of(plan, split, new SecureRandom())) {
                file.write(folder.resolve(SecoPlan.role(file.share().server()) + ".tacit"));
                file.close();
            }
            TreeMap<String, Deployment.Endpoint> endpoints = new TreeMap<>();
            for (int server = 0; server < servers; server++) {
                Deployment.Endpoint endpoint = DemoScenario.freeEndpoint();
                endpoints.put(SecoPlan.role(server), endpoint);
                if (link.isPresent()) {
                    shapers.add(LinkShaper.open(
                            endpoint.port(),
                            new InetSocketAddress(InetAddress.getByName(BEHIND_THE_LINK), endpoint.port()),
                            link.get()));
                }
            }
            Deployment deployment = new NewDeployment(
                            TrustSetting.SECO,
                            mode.id(),
                            servers - 1,
                            Sha256.ofDigest(plan.hash()),
                            endpoints,
                            TOLD,
                            1,
                            Duration.ofHours(12))
                    .write(folder)
                    .deployment();
            for (int server = 0; server < servers; server++) {
                parties.add(start(folder, SecoPlan.role(server), link.isPresent()));
            }
            for (PartyProcess party : parties) {
                party.await(": ready on ", PATIENCE_SECONDS);
            }
            try (LocalParty user = LocalParty.open(
                    deployment, SecoLanes.USER, Identity.load(folder.resolve(SecoLanes.USER + ".pem")))) {
                return measure(name, subject, plan, own, link, user, parties);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            parties.forEach(PartyProcess::close);
            shapers.forEach(LinkShaper::close);
            ScratchFolder.delete(folder);
        }
    }

    private static PartyProcess start(Path folder, String role, boolean behindLink) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("serve", "--role", role, "--model", role + ".tacit"));
        if (behindLink) {
            arguments.addAll(List.of("--bind", BEHIND_THE_LINK));
        }
        return PartyProcess.start(folder, role, List.of(), arguments);
    }

    private Row measure(
            String name,
            ExampleNetworks.Subject subject,
            SecoPlan plan,
            int own,
            Optional<LinkShaper.Link> link,
            LocalParty user,
            List<PartyProcess> parties) {
        SecureRandom random = new SecureRandom();
        long[] expected = scores(subject);
        try (MeteredThreads threads = new MeteredThreads("user");
                MaterialStore store = new MemoryMaterialStore(STORE_BYTES, random);
                SecoSession session =
                        SecoSession.open(user, plan.forUser(), store, random, Workers.NONE, threads.executor())) {
            prepare(user, session, random, WARM_UPS);
            for (int i = 0; i < WARM_UPS; i++) {
                ask(session, subject.inputs(), expected);
            }
            double[] before = processorSeconds(parties);
            long start = System.nanoTime();
            prepare(user, session, random, runs);
            double prepared = (System.nanoTime() - start) / 1e9;
            double[] after = processorSeconds(parties);
            Traffic.Count counted = session.traffic().in(Phase.PREDICT);
            double[] clock = new double[runs];
            double[] ofUser = new double[runs];
            for (int i = 0; i < runs; i++) {
                double used = MeteredThreads.ownCpuSeconds() + threads.cpuSeconds();
                start = System.nanoTime();
                ask(session, subject.inputs(), expected);
                clock[i] = (System.nanoTime() - start) / 1e9;
                ofUser[i] = MeteredThreads.ownCpuSeconds() + threads.cpuSeconds() - used;
            }
            double[] end = processorSeconds(parties);
            Traffic.Count all = session.traffic().in(Phase.PREDICT);
            SecoPrice price = new SecoPrice(plan);
            return new Row(
                    name,
                    plan.mode().id(),
                    servers,
                    own,
                    link.isPresent() ? "100 Mbit/s, 40 ms" : "loopback",
                    price.andGates(),
                    prepared / runs,
                    (after[0] - before[0]) / runs,
                    others(before, after) / runs,
                    Median.of(clock),
                    Median.of(ofUser),
                    (end[0] - after[0]) / runs,
                    others(after, end) / runs,
                    (all.bytesSent() - counted.bytesSent()) / runs,
                    (all.bytesReceived() - counted.bytesReceived()) / runs,
                    price.onlineBytes(),
                    price.trips());
        }
    }

    private static void prepare(LocalParty user, SecoSession session, SecureRandom random, int queries) {
        SecoSession.prepareAtServers(user, random, queries, done -> {});
        session.prepare(queries);
    }

    private static void ask(SecoSession session, IntegerTensor input, long[] expected) {
        Answer answer = session.predict(input);
        if (!Arrays.equals(answer.scores().stream().mapToLong(Long::longValue).toArray(), expected)) {
            throw new IllegalStateException("an answer is not the plaintext network's");
        }
    }

    private static long[] scores(ExampleNetworks.Subject subject) {
        IntegerTensor scores = new IntegerEvaluator(subject.network(), Workers.NONE).evaluate(subject.inputs());
        return IntStream.range(0, subject.network().classes())
                .mapToLong(scores::get)
                .toArray();
    }

    /** Of each process so far: compilation and collection of garbage included. */
    private static double[] processorSeconds(List<PartyProcess> parties) {
        return parties.stream()
                .mapToDouble(party -> ProcessHandle.of(party.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .map(used -> used.toNanos() / 1e9)
                        .orElse(Double.NaN))
                .toArray();
    }

    private static double others(double[] before, double[] after) {
        return IntStream.range(1, after.length)
                .mapToDouble(i -> after[i] - before[i])
                .sum();
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.network(),
                row.mode(),
                Integer.toString(row.servers()),
                Integer.toString(row.layers()),
                row.link(),
                String.format(Locale.ROOT, "%,d", row.andGates()),
                seconds(row.prepareSeconds()),
                seconds(row.gatewayPrepareSeconds()),
                seconds(row.serverPrepareSeconds()),
                seconds(row.onlineSeconds()),
                String.format(Locale.ROOT, "%.4f", row.userSeconds()),
                seconds(row.gatewaySeconds()),
                seconds(row.serverSeconds()),
                kilobytes(row.userSentBytes()),
                kilobytes(row.userReceivedBytes()),
                String.format(Locale.ROOT, "%.2f", row.serverBytes() / 1e6),
                Integer.toString(row.trips()));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String kilobytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f", bytes / 1e3);
    }

    private static String line(List<String> cells) {
        return String.format(
                Locale.ROOT,
                "%-16s %-9s %7s %16s %-18s %11s %8s %11s %11s %8s %9s %11s %11s %13s %12s %10s %5s",
                cells.toArray());
    }
}
