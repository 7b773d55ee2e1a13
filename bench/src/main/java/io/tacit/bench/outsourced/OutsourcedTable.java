package io.tacit.bench.outsourced;

import io.tacit.bench.Median;
import io.tacit.bench.link.LinkShaper;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPrice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code outsourced} costs on one network over one link, with all parties on this machine. */
public final class OutsourcedTable {
    /** Most prepared material at a time: large networks have fewer queries prepared together. */
    private static final long MATERIAL_BYTES = 3_000_000_000L;

    private static final long MEGABYTE = 1_000_000;

    private OutsourcedTable() {}

    /**
     * How a network is measured.
     *
     * @param runs of each measurement: medians are taken
     * @param warmUpSeconds processor seconds of both servers before anything counts: a first query in a cold process takes ten
     *     times as long and more
     * @param batches queries that are prepared together; a network with large material has fewer
     * @param clients numbers of clients at a time
     * @param queries that all clients of such a number ask together, at most
     * @param threads of each server
     */
    public record Settings(
            int runs, double warmUpSeconds, List<Integer> batches, List<Integer> clients, int queries, int threads) {
        /** Until code is compiled. */
        private static final double USUAL_WARM_UP_SECONDS = 10;

        private static final int USUAL_QUERIES = 64;

        public Settings {
            batches = List.copyOf(batches);
            clients = List.copyOf(clients);
        }

        /** Batches of 8 and 64; one, four and eight clients. */
        public static Settings usual(int runs, int threads) {
            return new Settings(runs, USUAL_WARM_UP_SECONDS, List.of(8, 64), List.of(1, 4, 8), USUAL_QUERIES, threads);
        }
    }

    /**
     * Queries prepared together.
     *
     * @param prepare each query's part
     * @param offlineMegabytes between the servers, both ways, each query's part
     */
    public record Batch(int queries, OutsourcedParties.Took prepare, double offlineMegabytes) {}

    /**
     * Medians of several runs; seconds by the clock unless said otherwise.
     *
     * @param link such as {@code loopback}
     * @param loadAverage of the machine when it began: much above zero means that others disturbed it
     * @param deploySeconds once
     * @param productsSeconds products of all layers alone, one query
     * @param productsUnpipelinedSeconds the same with one stage after another
     * @param boundBy the stage that the pipeline waits for
     * @param circuitsSeconds garbled circuits alone, one query
     * @param prepare both, side by side, one query
     * @param batches of the settings' sizes, or smaller ones where material is large
     * @param predict online, one query, prepared
     * @param justInTime one query for which nothing was prepared; the only one of these for a network whose material for one
     *     query is larger than {@value #MATERIAL_BYTES} bytes
     * @param justInTimeMegabytes between the servers, both ways, keys and base transfers included
     * @param offlineMegabytes between the servers, both ways, to prepare one query; keys and base transfers left out
     * @param onlineMegabytes between the servers, both ways
     * @param roundTrips online
     * @param andGates of a query
     * @param diskMegabytes of prepared material, both servers
     * @param queriesPerMinute by number of clients, prepared material
     */
    public record Row(
            String network,
            String link,
            int runs,
            double loadAverage,
            double deploySeconds,
            double productsSeconds,
            double productsUnpipelinedSeconds,
            String boundBy,
            double circuitsSeconds,
            OutsourcedParties.Took prepare,
            List<Batch> batches,
            OutsourcedParties.Took predict,
            OutsourcedParties.Took justInTime,
            double justInTimeMegabytes,
            double offlineMegabytes,
            double onlineMegabytes,
            long roundTrips,
            long andGates,
            double diskMegabytes,
            Map<Integer, Double> queriesPerMinute) {

        public Row {
            batches = List.copyOf(batches);
            queriesPerMinute = Collections.unmodifiableMap(new LinkedHashMap<>(queriesPerMinute));
        }

        /** Preparation and prediction one after the other. */
        public double totalSeconds() {
            return prepare.seconds() + predict.seconds();
        }

        /** Seconds without the pipeline for one with it. */
        public double pipelineGain() {
            return productsUnpipelinedSeconds / productsSeconds;
        }
    }

    /**
     * Measures one network.
     *
     * @param inputs at least one; every answer is compared with the reference's
     */
    public static Row measure(
            String name,
            IntegerNetwork network,
            List<IntegerTensor> inputs,
            String linkName,
            Optional<LinkShaper.Link> link,
            Settings settings)
            throws IOException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return TemporaryFolder.with(folder -> {
            try (OutsourcedParties parties =
                    new OutsourcedParties(network, Disclosure.LABEL, folder, link, Pipeline.ON, settings.threads())) {
                return measure(name, parties, inputs, linkName, link, settings, load);
            }
        });
    }

    private static Row measure(
            String name,
            OutsourcedParties parties,
            List<IntegerTensor> inputs,
            String linkName,
            Optional<LinkShaper.Link> link,
            Settings settings,
            double load) {
        int runs = settings.runs();
        SharingPrice price = new SharingPrice(parties.plan());
        List<Integer> labels = labels(parties.network(), inputs);
        boolean small = materialBytes(price) <= MATERIAL_BYTES;
        Prepared prepared = small ? prepared(parties, inputs, labels, settings) : Prepared.nothing();
        List<OutsourcedParties.Took> now = new ArrayList<>();
        double nowBytes;
        try (OutsourcedParties.Clients one = parties.openClients(1, true)) {
            for (int run = -1; run < runs; run++) {
                OutsourcedParties.Took asked = ask(one, inputs.subList(0, 1), labels);
                if (run >= 0) {
                    now.add(asked);
                }
            }
            nowBytes = (bytes(one.online()) + bytes(one.products())) / (runs + 1);
        }
        List<OutsourcedParties.Took> products = new ArrayList<>();
        List<OutsourcedParties.Took> unpipelined = new ArrayList<>();
        List<OutsourcedParties.Took> circuits = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            products.add(parties.prepareProducts(1, Pipeline.ON));
            unpipelined.add(parties.prepareProducts(1, Pipeline.OFF));
            if (small) {
                circuits.add(parties.prepareCircuits());
            }
        }
        return new Row(
                name,
                linkName,
                runs,
                load,
                parties.deploySeconds(),
                median(products).seconds(),
                median(unpipelined).seconds(),
                boundBy(parties, link),
                median(circuits).seconds(),
                prepared.one(),
                prepared.batches(),
                prepared.predict(),
                median(now),
                nowBytes / MEGABYTE,
                prepared.offlineBytes() / MEGABYTE,
                prepared.onlineBytes() / MEGABYTE,
                price.online().roundTrips(),
                price.andGates(),
                (double) materialBytes(price) / MEGABYTE,
                prepared.queriesPerMinute());
    }

    /** What is measured with prepared material; seconds and bytes of a query. */
    private record Prepared(
            OutsourcedParties.Took one,
            List<Batch> batches,
            OutsourcedParties.Took predict,
            double offlineBytes,
            double onlineBytes,
            Map<Integer, Double> queriesPerMinute) {

        static Prepared nothing() {
            OutsourcedParties.Took none = median(List.of());
            return new Prepared(none, List.of(), none, Double.NaN, Double.NaN, Map.of());
        }
    }

    private static Prepared prepared(
            OutsourcedParties parties, List<IntegerTensor> inputs, List<Integer> labels, Settings settings) {
        int most = (int) Math.max(
                1, Math.min(settings.queries(), MATERIAL_BYTES / materialBytes(new SharingPrice(parties.plan()))));
        List<OutsourcedParties.Took> prepare = new ArrayList<>();
        List<OutsourcedParties.Took> predict = new ArrayList<>();
        List<Batch> batches = new ArrayList<>();
        Map<Integer, Double> perMinute = new LinkedHashMap<>();
        try (OutsourcedParties.PreparationLink preparation = parties.openPreparation()) {
            double before = bytes(preparation);
            preparation.prepare(1);
            double offline = bytes(preparation) - before;
            double online;
            try (OutsourcedParties.Clients one = parties.openClients(1, false)) {
                ask(one, inputs.subList(0, 1), labels);
                online = bytes(one.online());
                for (double used = 0; used < settings.warmUpSeconds(); ) {
                    used += preparation.prepare(1).processorSeconds();
                    used += ask(one, inputs.subList(0, 1), labels).processorSeconds();
                }
                for (int run = 0; run < settings.runs(); run++) {
                    prepare.add(preparation.prepare(1));
                    predict.add(ask(one, inputs.subList(0, 1), labels));
                }
            }
            int ready = 0;
            for (int size : sizes(settings.batches(), most)) {
                use(parties, questions(inputs, ready), labels); // room for the next
                batches.add(batch(preparation, size));
                ready = size;
            }
            for (int count : settings.clients()) {
                int each = Math.max(1, most / count);
                if (ready < count * each) {
                    preparation.prepare(count * each - ready);
                    ready = count * each;
                }
                try (OutsourcedParties.Clients several = parties.openClients(count, false)) {
                    OutsourcedParties.Took took = ask(several, questions(inputs, each), labels);
                    perMinute.put(count, 60 * count * each / took.seconds());
                }
                ready -= count * each;
            }
            return new Prepared(median(prepare), batches, median(predict), offline, online, perMinute);
        }
    }

    /** Without repetition, and none larger than material allows. */
    private static List<Integer> sizes(List<Integer> batches, int most) {
        return batches.stream().map(size -> Math.min(size, most)).distinct().toList();
    }

    private static Batch batch(OutsourcedParties.PreparationLink preparation, int queries) {
        double before = bytes(preparation);
        OutsourcedParties.Took took = preparation.prepare(queries);
        return new Batch(queries, perQuery(took, queries), (bytes(preparation) - before) / queries / MEGABYTE);
    }

    private static void use(OutsourcedParties parties, List<IntegerTensor> questions, List<Integer> labels) {
        if (!questions.isEmpty()) {
            try (OutsourcedParties.Clients one = parties.openClients(1, false)) {
                ask(one, questions, labels);
            }
        }
    }

    private static List<IntegerTensor> questions(List<IntegerTensor> inputs, int count) {
        List<IntegerTensor> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            questions.add(inputs.get(i % inputs.size()));
        }
        return questions;
    }

    private static double bytes(OutsourcedParties.PreparationLink preparation) {
        return bytes(preparation.tables()) + bytes(preparation.products());
    }

    private static long materialBytes(SharingPrice price) {
        return price.garblerMaterialBytes() + price.tablesMaterialBytes() + price.productsMaterialBytes();
    }

    private static String boundBy(OutsourcedParties parties, Optional<LinkShaper.Link> link) {
        SharingPlan plan = parties.plan();
        TripletPlan triplets = parties.triplets();
        Estimate.Stages stages = Estimate.Stages.of(plan, triplets, Calibration.Lattice.measure(plan, triplets), 1);
        double longest = Math.max(stages.encrypt(), Math.max(stages.multiply(), stages.decrypt()));
        double wire = link.map(of -> Estimate.products(plan, triplets, 1).bytesSent() * 8.0 / of.bitsPerSecond()
                        + 3.0 * of.oneWayDelay().toNanos() / 1e9)
                .orElse(0.0);
        return wire > longest ? "send" : stages.longest();
    }

    private static List<Integer> labels(IntegerNetwork network, List<IntegerTensor> inputs) {
        IntegerEvaluator evaluator = new IntegerEvaluator(network, Workers.NONE);
        List<Integer> labels = new ArrayList<>();
        for (IntegerTensor input : inputs) {
            IntegerTensor scores = evaluator.evaluate(input);
            int best = 0;
            for (int i = 1; i < network.classes(); i++) {
                best = scores.get(i) > scores.get(best) ? i : best;
            }
            labels.add(best);
        }
        return labels;
    }

    private static OutsourcedParties.Took ask(
            OutsourcedParties.Clients clients, List<IntegerTensor> questions, List<Integer> labels) {
        List<Answer> answers = new ArrayList<>();
        OutsourcedParties.Took took = clients.ask(questions, answers);
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).label() != labels.get(i % questions.size() % labels.size())) {
                throw new IllegalStateException("an answer is not the reference's");
            }
        }
        return took;
    }

    private static double bytes(Traffic traffic) {
        Traffic.Count count = traffic.in(Phase.PREPARE).plus(traffic.in(Phase.PREDICT));
        return count.bytesSent() + count.bytesReceived();
    }

    private static OutsourcedParties.Took perQuery(OutsourcedParties.Took all, int queries) {
        return new OutsourcedParties.Took(
                all.seconds() / queries, all.garblerSeconds() / queries, all.evaluatorSeconds() / queries);
    }

    /** Not a number where nothing was measured. */
    static OutsourcedParties.Took median(List<OutsourcedParties.Took> runs) {
        return new OutsourcedParties.Took(
                Median.of(runs, OutsourcedParties.Took::seconds),
                Median.of(runs, OutsourcedParties.Took::garblerSeconds),
                Median.of(runs, OutsourcedParties.Took::evaluatorSeconds));
    }
}
