package io.tacit.bench.outsourced;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.PackingPlan;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.server.outsourced.MadeUpNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the roles take of a processor beside the primitives: threads that wait for each other and for the peer, short messages,
 * files, seeds and masks, layouts, fresh memory, circuits of few instances. Found by running the whole protocol on some made-up
 * networks, each of which has more of one thing than the others, and taking off what the primitives account for.
 *
 * @param prepareGarbler of the garbler, for a query that is prepared
 * @param prepareEvaluator of the evaluator
 * @param predictGarbler of the garbler, for a query that is answered
 * @param predictEvaluator of the evaluator
 */
record RoleCosts(Costs prepareGarbler, Costs prepareEvaluator, Costs predictGarbler, Costs predictEvaluator) {
    /** As long as nothing is known. */
    static final RoleCosts NONE = new RoleCosts(Costs.NONE, Costs.NONE, Costs.NONE, Costs.NONE);

    private static final int CLASSES = 10;
    private static final int RUNS = 7;

    /** Processor seconds of both servers before anything counts: until code is compiled, then for each further network. */
    private static final double FIRST_WARM_UP_SECONDS = 4;

    private static final double WARM_UP_SECONDS = 0.3;

    /** Steps of the iteration, far more than it needs. */
    private static final int ITERATIONS = 20_000;

    /** How often something occurs, in the order of {@link Costs}. */
    record Counts(long layers, long polynomials, long chunks, long words) {
        Counts plus(Counts other) {
            return new Counts(
                    layers + other.layers, polynomials + other.polynomials, chunks + other.chunks, words + other.words);
        }

        /** Of a linear layer for a batch of queries. */
        static Counts of(LinearLayer layer, TripletPlan triplets, int batch) {
            PackingPlan packing = triplets.layer(layer.shape(), batch).packing();
            return new Counts(
                    1, packing.inputPolynomials() + packing.weightPolynomials() + packing.resultPolynomials(), 0, 0);
        }

        /** Of the chunks of a block. */
        static Counts of(List<Chunk> chunks) {
            return new Counts(
                    0, 0, chunks.size(), chunks.stream().mapToLong(Chunk::words).sum());
        }

        private static Counts of(SharingPlan plan, TripletPlan triplets) {
            Counts all = new Counts(0, 0, 0, 0);
            for (LinearLayer layer : plan.layers()) {
                all = all.plus(of(layer, triplets, 1));
            }
            for (List<Chunk> chunks : plan.chunks()) {
                all = all.plus(of(chunks));
            }
            return all;
        }

        private double[] row(long ofPolynomials) {
            return new double[] {1, layers, ofPolynomials, chunks, words};
        }
    }

    /**
     * Seconds.
     *
     * @param query once a query
     * @param layer for each linear layer, and what follows it before the next
     * @param polynomial for each that is encrypted, multiplied by or returned; none online
     * @param chunk for each chunk of garbled instances
     * @param word for each word of these
     */
    record Costs(double query, double layer, double polynomial, double chunk, double word) {
        static final Costs NONE = new Costs(0, 0, 0, 0, 0);

        /** Of something that occurs so often, without what a query has once. */
        double of(Counts counts) {
            return counts.layers * layer
                    + counts.polynomials * polynomial
                    + counts.chunks * chunk
                    + counts.words * word;
        }
    }

    /** A made-up network, run: medians of its seconds in the order of {@link RoleCosts}. */
    record Run(SharingPlan plan, TripletPlan triplets, double[] seconds) {}

    /** Runs the protocol on all made-up networks. Takes a few seconds. */
    static List<Run> runs() throws IOException {
        List<IntegerNetwork> networks = List.of(
                layers(4, 1).build(), // first, for it has all there is
                layers(4, 4).build(),
                layers(0, 1).build(),
                new MadeUpNetwork(16).dense(512).relu(1).dense(CLASSES).build(),
                new MadeUpNetwork(16).convolution(8).relu(1).dense(CLASSES).build(),
                new MadeUpNetwork(16).convolution(32).relu(1).dense(CLASSES).build());
        List<Run> runs = new ArrayList<>();
        for (IntegerNetwork network : networks) {
            double warmUpSeconds = runs.isEmpty() ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS;
            runs.add(TemporaryFolder.with(folder -> run(network, warmUpSeconds, folder)));
        }
        return runs;
    }

    private static MadeUpNetwork layers(int count, int shifts) {
        MadeUpNetwork network = new MadeUpNetwork(8);
        for (int layer = 0; layer < count; layer++) {
            network.dense(64).relu(shifts);
        }
        return network.dense(CLASSES);
    }

    private static Run run(IntegerNetwork network, double warmUpSeconds, Path folder) throws IOException {
        TensorShape shape = network.input().shape();
        List<IntegerTensor> input = List.of(IntegerTensor.ofInts(1, shape, new int[shape.size()]));
        List<Answer> answers = new ArrayList<>();
        List<OutsourcedParties.Took> prepared = new ArrayList<>();
        List<OutsourcedParties.Took> predicted = new ArrayList<>();
        try (OutsourcedParties parties =
                        new OutsourcedParties(network, Disclosure.LABEL, folder, Optional.empty(), Pipeline.ON, 1);
                OutsourcedParties.PreparationLink preparation = parties.openPreparation();
                OutsourcedParties.Clients client = parties.openClients(1, false)) {
            for (double spent = 0; spent < warmUpSeconds; ) {
                spent += preparation.prepare(1).processorSeconds();
                spent += client.ask(input, answers).processorSeconds();
            }
            for (int run = 0; run < RUNS; run++) {
                prepared.add(preparation.prepare(1));
                predicted.add(client.ask(input, answers));
            }
            OutsourcedParties.Took prepare = OutsourcedTable.median(prepared);
            OutsourcedParties.Took predict = OutsourcedTable.median(predicted);
            return new Run(parties.plan(), parties.triplets(), new double[] {
                prepare.garblerSeconds(),
                prepare.evaluatorSeconds(),
                predict.garblerSeconds(),
                predict.evaluatorSeconds()
            });
        }
    }

    /** @param primitives what is known beforehand, with the encryption of the made-up networks */
    static RoleCosts of(List<Run> runs, Calibration primitives) {
        double[][] preparing = new double[runs.size()][];
        double[][] predicting = new double[runs.size()][];
        double[][] left = new double[4][runs.size()];
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            Counts counts = Counts.of(run.plan, run.triplets);
            preparing[i] = counts.row(counts.polynomials);
            predicting[i] = counts.row(0); // the online phase has none
            double[] seconds = run.seconds.clone();
            for (Estimate.Part part : new Estimate(run.plan, run.triplets, primitives, 1).parts()) {
                seconds[0] -= part.prepareGarbler();
                seconds[1] -= part.prepareEvaluator();
                seconds[2] -= part.predictGarbler();
                seconds[3] -= part.predictEvaluator();
            }
            for (int j = 0; j < left.length; j++) {
                left[j][i] = seconds[j];
            }
        }
        return new RoleCosts(
                costs(preparing, left[0]),
                costs(preparing, left[1]),
                costs(predicting, left[2]),
                costs(predicting, left[3]));
    }

    private static Costs costs(double[][] rows, double[] seconds) {
        double[] unit = leastSquares(rows, seconds);
        return new Costs(unit[0], unit[1], unit[2], unit[3], unit[4]);
    }

    /** The x that is nowhere negative for which {@code rows x} is closest to {@code wanted}: one coordinate after another. */
    static double[] leastSquares(double[][] rows, double[] wanted) {
        double[] x = new double[rows[0].length];
        double[] rest = wanted.clone();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            int column = iteration % x.length;
            double product = 0;
            double square = 0;
            for (int i = 0; i < rows.length; i++) {
                product += rows[i][column] * rest[i];
                square += rows[i][column] * rows[i][column];
            }
            double step = Math.max(-x[column], square == 0 ? 0 : product / square);
            x[column] += step;
            for (int i = 0; i < rows.length; i++) {
                rest[i] -= step * rows[i][column];
            }
        }
        return x;
    }
}
