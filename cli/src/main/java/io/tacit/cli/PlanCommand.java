package io.tacit.cli;

import io.tacit.bench.outsourced.Calibration;
import io.tacit.bench.outsourced.Estimate;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.seco.ServerFile;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.protocol.linear.LayerPlan;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.SecoPrice;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a private query will cost, exactly, before anything runs. */
@Command(
        name = "plan",
        description = "Counts what a query costs under outsourced, popcorn, privdnn or seco, before anything runs.")
final class PlanCommand implements Callable<Integer> {
    private static final Pattern LINK =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(mbit|gbit),([0-9]+(?:\\.[0-9]+)?)ms", Pattern.CASE_INSENSITIVE);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NET.tacit", description = "the integer network")
    private Path model;

    @Option(
            names = "--protocol",
            defaultValue = "outsourced",
            description = "trust setting: outsourced, popcorn, privdnn or seco (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Mixin
    private DisclosureOptions told;

    @Option(
            names = "--batch",
            defaultValue = "1",
            description =
                    "outsourced, seco: queries that are prepared together; popcorn: images in a ciphertext; privdnn: images"
                            + " in a batch (default: 1)")
    private int batch;

    @Option(
            names = "--at",
            defaultValue = "0",
            paramLabel = "LAYERS",
            description = "seco: layers that the gateway keeps to itself (default: ${DEFAULT-VALUE})")
    private int layers;

    @Option(
            names = "--servers",
            defaultValue = "3",
            paramLabel = "N",
            description = "seco: servers, the gateway among them (default: ${DEFAULT-VALUE})")
    private int servers;

    @Option(names = "--key-bits", description = "popcorn: length of the client's key, 3072 (default) or 2048")
    private @Nullable Integer keyBits;

    @Option(
            names = "--mode",
            defaultValue = "hardened",
            description = "popcorn, privdnn, seco: hardened (default) or published")
    private String mode;

    @Mixin
    private HiddenDepth hiddenDepth;

    @Option(
            names = "--core",
            paramLabel = "I,J;K,L",
            description = "privdnn: filters to encrypt of the first, a semicolon, of the second convolution, from 0")
    private @Nullable String core;

    @Option(
            names = "--link",
            paramLabel = "BANDWIDTH,DELAY",
            description = "link between the servers, such as 100mbit,40ms (round trip): adds the time on the wire")
    private @Nullable String link;

    @Option(
            names = "--counts-only",
            description = "no seconds: does not measure this machine, which takes up to half a minute")
    private boolean countsOnly;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    PlanCommand() {}

    /** @param bytesPerSecond each way @param roundTripSeconds there and back */
    private record Wire(double bytesPerSecond, double roundTripSeconds) {
        double seconds(long bytes) {
            return bytes / bytesPerSecond;
        }

        static Wire parse(String text) {
            Matcher matcher = LINK.matcher(text);
            if (!matcher.matches() || Double.parseDouble(matcher.group(1)) == 0) {
                throw new BadInput("--link " + text + " is not like 100mbit,40ms or 1gbit,0.5ms");
            }
            double bits =
                    Double.parseDouble(matcher.group(1)) * (matcher.group(2).equalsIgnoreCase("gbit") ? 1e9 : 1e6);
            return new Wire(bits / Byte.SIZE, Double.parseDouble(matcher.group(3)) / 1e3);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (core != null && !protocol.equals("privdnn")) {
            throw new BadInput("--core is for privdnn");
        }
        if (keyBits != null && !protocol.equals("popcorn")) {
            throw new BadInput("--key-bits is for popcorn");
        }
        if (link != null && !protocol.equals("outsourced") && !protocol.equals("seco")) {
            throw new BadInput("--link is for outsourced and seco");
        }
        if (hiddenDepth.given() && !protocol.equals("seco")) {
            throw new BadInput("--hide-depth is for seco");
        }
        if (protocol.equals("privdnn")) {
            return privDnn(out);
        }
        if (protocol.equals("popcorn")) {
            return popcorn(out);
        }
        if (protocol.equals("seco")) {
            return seco(out);
        }
        if (!protocol.equals("outsourced")) {
            throw new BadInput("this version plans outsourced, popcorn, privdnn and seco, not '" + protocol + "'");
        }
        if (batch < 1 || batch > 1024) {
            throw new BadInput("--batch " + batch + " is not within 1 .. 1024");
        }
        Wire wire = link == null ? null : Wire.parse(link);
        IntegerNetwork network = IntegerNetworkFile.read(model);
        Disclosure disclosure = OutsourcedPlans.disclosure(told.of(network.classes()));
        SharingPlan plan = new SharingPlan(disclosure.known(network), SharingSettings.of(disclosure));
        TripletPlan triplets = OutsourcedPlans.triplets(plan);
        out.printf(
                "%s under outsourced, policy %s; %d stages; linear layers by BFV: %s; noise hidden by %d bits%n%n",
                network.name(), told.policy(), plan.stages().size(), triplets.ring(), triplets.statisticalBits());
        layers(out, plan, triplets);
        totals(out, plan, triplets, wire);
        if (!countsOnly) {
            out.flush();
            System.err.println("tacit plan: measuring this machine (--counts-only leaves that out) ...");
            seconds(out, new Estimate(plan, triplets, Calibration.measure(plan, triplets), batch), wire);
        }
        return 0;
    }

    /** What this machine's processors, the link and the heap have to do with it. */
    private void seconds(PrintWriter out, Estimate estimate, @Nullable Wire wire) {
        out.printf(
                Locale.ROOT,
                "%n%s; seconds of a processor, from primitives and made-up networks measured now on this machine%n%n",
                Kernels.active().description());
        out.printf(
                "%-6s %-28s %18s %18s %18s %18s %12s%n",
                "stage",
                "layer",
                "garbler, prepare",
                "evaluator, prepare",
                "garbler, predict",
                "evaluator, predict",
                "heap, MiB");
        double[] sums = new double[4];
        for (Estimate.Part part : estimate.parts()) {
            row(
                    out,
                    Integer.toString(part.stage()),
                    part.name(),
                    part.prepareGarbler(),
                    part.prepareEvaluator(),
                    part.predictGarbler(),
                    part.predictEvaluator(),
                    mebibytes(part.heapBytes()));
            sums[0] += part.prepareGarbler();
            sums[1] += part.prepareEvaluator();
            sums[2] += part.predictGarbler();
            sums[3] += part.predictEvaluator();
        }
        row(out, "", "all", sums[0], sums[1], sums[2], sums[3], "");
        int cores = Runtime.getRuntime().availableProcessors();
        if (wire != null) {
            SharingPrice price = estimate.price();
            Traffic.Count offline = estimate.products().plus(price.tables(batch));
            double prepare = Math.max(
                    Math.max(sums[0], sums[1]) / cores,
                    wire.seconds(Math.max(offline.bytesSent(), offline.bytesReceived())));
            // stage after stage: both compute and the link carries, one after another
            double predict = sums[2]
                    + sums[3]
                    + wire.seconds(price.online().bytesSent() + price.online().bytesReceived())
                    + price.online().roundTrips() * wire.roundTripSeconds();
            out.printf(
                    Locale.ROOT,
                    "%nby the clock on %s, each server on a machine like this one (%d cores): prepare %d: %.2f s, then"
                            + " predict: %.2f s a query (at most: as if nothing overlapped)%n",
                    link,
                    cores,
                    batch,
                    prepare + 2 * wire.roundTripSeconds(),
                    predict);
        }
        out.printf(
                "%nheap of a server with %d threads (java -Xmx): garbler %s MiB to prepare, %s MiB to predict;"
                        + " evaluator %s and %s%n",
                cores,
                mebibytes(estimate.prepareHeapBytes(true, cores)),
                mebibytes(estimate.predictHeapBytes(true, cores)),
                mebibytes(estimate.prepareHeapBytes(false, cores)),
                mebibytes(estimate.predictHeapBytes(false, cores)));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d", (bytes + (1 << 20) - 1) >> 20);
    }

    private static void row(
            PrintWriter out,
            String stage,
            String name,
            double prepareGarbler,
            double prepareEvaluator,
            double predictGarbler,
            double predictEvaluator,
            String heap) {
        out.printf(
                Locale.ROOT,
                "%-6s %-28s %18.4f %18.4f %18.4f %18.4f %12s%n",
                stage,
                name,
                prepareGarbler,
                prepareEvaluator,
                predictGarbler,
                predictEvaluator,
                heap);
    }

    private int seco(PrintWriter out) {
        if (batch < 1 || batch > 1024) {
            throw new BadInput("--batch " + batch + " is not within 1 .. 1024");
        }
        if (servers < 2 || servers > Mesh.MAX_PARTIES) {
            throw new BadInput("--servers " + servers + " is not within 2 .. " + Mesh.MAX_PARTIES);
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        NetworkSplit split = SplitCommand.split(network, layers);
        Disclosure disclosure = OutsourcedPlans.disclosure(told.of(network.classes()));
        SecoPlan plan =
                ServerFile.plan(SplitCommand.mode(mode, servers), hiddenDepth.rounds(), split, disclosure, servers);
        SecoPlanReport report = new SecoPlanReport(network.name(), plan, batch);
        report.print(out);
        if (link != null) {
            Wire wire = Wire.parse(link);
            SecoPrice price = new SecoPrice(plan);
            // each server has a link of its own, and what it sends is about its share of all
            double seconds = price.trips() * wire.roundTripSeconds() / 2 + wire.seconds(price.onlineBytes() / servers);
            out.printf(
                    Locale.ROOT,
                    "%non %s: at least %.2f s a query on the wire, of which %.2f s are delay%n",
                    link,
                    seconds,
                    price.trips() * wire.roundTripSeconds() / 2);
        }
        return 0;
    }

    private int privDnn(PrintWriter out) {
        String filters = core;
        if (filters == null) {
            throw new BadInput("name the filters to encrypt with --core, such as --core '5;0,12,14'");
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        Mode chosen = switch (mode) {
            case "hardened" -> Mode.HARDENED;
            case "published" -> Mode.PUBLISHED;
            default -> throw new BadInput("no mode '" + mode + "'; there are: hardened, published");
        };
        Deployment.Disclosure disclosure = chosen == Mode.PUBLISHED && !told.given()
                ? new Deployment.Disclosure(Deployment.Policy.SCORES, 0)
                : told.of(network.classes());
        if (chosen == Mode.PUBLISHED && disclosure.policy() != Deployment.Policy.SCORES) {
            throw new BadInput("mode published discloses all scores: --policy scores");
        }
        new PrivDnnPlanReport(network, NamedFilters.parse(filters), chosen, disclosure, batch).print(out, countsOnly);
        return 0;
    }

    private int popcorn(PrintWriter out) {
        if (batch < 1 || batch > 1024) {
            throw new BadInput("--batch " + batch + " is not within 1 .. 1024");
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        KeyLength length = KeygenCommand.keyLength(keyBits);
        if (mode.equals("published")) {
            if (batch != 1) {
                throw new BadInput("--batch: published mode answers one image a query");
            }
            new PublishedPlanReport(network, length).print(out, countsOnly);
        } else if (mode.equals("hardened")) {
            new PopcornPlanReport(network, length, told.of(network.classes()), batch).print(out, countsOnly);
        } else {
            throw new BadInput("no mode '" + mode + "'; there are: hardened, published");
        }
        return 0;
    }

    private void layers(PrintWriter out, SharingPlan plan, TripletPlan triplets) {
        out.printf(
                "%-6s %-28s %9s %14s %14s %12s %14s%n",
                "stage", "layer", "ring bits", "multiplications", "AND gates", "ciphertexts", "bytes each way");
        for (int s = 0; s < plan.stages().size(); s++) {
            Stage stage = plan.stages().get(s);
            for (LinearLayer layer : plan.layers()) {
                if (stage.steps().contains(layer.step())) {
                    LayerPlan price = triplets.layer(layer.shape(), batch);
                    row(
                            out,
                            s,
                            plan.network().steps().get(layer.step()).name(),
                            layer.shape().ringBits(),
                            String.format(
                                    Locale.ROOT, "%,d", layer.shape().geometry().multiplications()),
                            "",
                            String.format(Locale.ROOT, "%,d", price.ciphertexts()),
                            String.format(Locale.ROOT, "%,d", price.traffic().bytesSent()));
                }
            }
            for (Block block : stage.blocks()) {
                row(
                        out,
                        s,
                        block.name(),
                        block.input().bits(),
                        "",
                        String.format(Locale.ROOT, "%,d", block.andGates()),
                        "",
                        "");
            }
        }
    }

    private static void row(
            PrintWriter out,
            int stage,
            String name,
            int bits,
            String multiplications,
            String gates,
            String ciphertexts,
            String bytes) {
        out.printf(
                "%-6d %-28s %9d %14s %14s %12s %14s%n", stage, name, bits, multiplications, gates, ciphertexts, bytes);
    }

    private void totals(PrintWriter out, SharingPlan plan, TripletPlan triplets, @Nullable Wire wire) {
        SharingPrice price = new SharingPrice(plan);
        Traffic.Count products = plan.layers().stream()
                .map(layer -> triplets.layer(layer.shape(), batch).traffic())
                .reduce(Traffic.Count.NOTHING, Traffic.Count::plus);
        Traffic.Count tables = price.tables(batch);
        Traffic.Count online = price.online();
        out.printf(
                Locale.ROOT,
                "%na query: %,d multiplications at each server, %,d AND gates, %,d label transfers%n",
                price.multiplications(),
                price.andGates(),
                price.transfers());
        out.printf(
                "%n%-34s %16s %16s %12s%s%n",
                "between the servers",
                "to the garbler",
                "to the evaluator",
                "round trips",
                wire == null ? "" : "  seconds on " + link);
        line(out, "once a session: public keys", LinearPreparation.openTraffic(triplets), wire, true);
        line(out, "once a session: base transfers", price.openTables(0), wire, false);
        line(out, "prepare " + batch + ": products of layers", products, wire, false);
        line(out, "prepare " + batch + ": garbled circuits", tables, wire, false);
        line(out, "predict (online), a query", online, wire, true);
        out.printf(
                Locale.ROOT,
                "%nprepared material of a query: garbler %,d bytes, evaluator %,d bytes on disk%n",
                price.garblerMaterialBytes(),
                price.tablesMaterialBytes() + price.productsMaterialBytes());
        out.printf(
                Locale.ROOT,
                "the client sends %,d bytes to the garbler and %,d to the evaluator, and receives %,d from each%n",
                price.clientToGarbler().bytesSent(),
                price.clientToEvaluator().bytesSent(),
                price.clientAnswerBytes());
    }

    private static void line(
            PrintWriter out, String what, Traffic.Count count, @Nullable Wire wire, boolean tripsKnown) {
        String seconds = wire == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  %.2f",
                        wire.seconds(Math.max(count.bytesSent(), count.bytesReceived()))
                                + Math.max(1, count.roundTrips()) * wire.roundTripSeconds());
        out.printf(
                Locale.ROOT,
                "%-34s %,16d %,16d %12s%s%n",
                what,
                count.bytesSent(),
                count.bytesReceived(),
                tripsKnown ? Long.toString(count.roundTrips()) : "streamed",
                seconds);
    }
}
