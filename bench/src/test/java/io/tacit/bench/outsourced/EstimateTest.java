package io.tacit.bench.outsourced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tacit.bench.ExampleNetworks;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.ParameterChoice;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.server.outsourced.MadeUpNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is foretold is what a run over TLS counts: bytes and messages exactly, processor seconds roughly. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class EstimateTest {
    private static final Path NETWORKS = Path.of("..", "examples", "networks");
    private static final int RUNS = 5;
    /** Of the servers' processors. */
    private static final double WARM_UP_SECONDS = 20;

    @TempDir
    Path folder;

    /** A convolution, ReLU, largest values of windows and a dense layer. */
    private static IntegerNetwork madeUp() {
        return new MadeUpNetwork(8).convolution(4).relu().maxPool().dense(10).build();
    }

    private static IntegerTensor zeros(IntegerNetwork network) {
        TensorShape shape = network.input().shape();
        return IntegerTensor.ofInts(1, shape, new int[shape.size()]);
    }

    private static ExampleNetworks.Subject subject(String name) {
        return new ExampleNetworks(NETWORKS, Path.of("absent"), Workers.NONE).load(name, 1);
    }

    /** Bytes and messages; waits depend on timing, where a test does not say otherwise. */
    private static List<Long> counted(Traffic.Count count) {
        return List.of(count.bytesSent(), count.bytesReceived(), count.messagesSent(), count.messagesReceived());
    }

    @Test
    void countsAreThoseOfARunOverTlsWithTripletsTransfersAndKeys() throws Exception {
        countsAreThoseOfARun(madeUp(), zeros(madeUp()), 2);
    }

    @ParameterizedTest
    @CsvSource({"mnist_m1_relu, 3", "mnist_m1_square, 1", "mnist_m4_avg, 1"})
    @Tag("slow")
    void countsAreThoseOfRunsOfOtherNetworks(String name, int queries) throws Exception {
        ExampleNetworks.Subject subject = subject(name);
        countsAreThoseOfARun(subject.network(), subject.inputs(), queries);
    }

    private void countsAreThoseOfARun(IntegerNetwork network, IntegerTensor input, int queries) throws Exception {
        try (OutsourcedParties parties =
                new OutsourcedParties(network, Disclosure.LABEL, folder, Optional.empty(), Pipeline.ON, 1)) {
            SharingPrice price = new SharingPrice(parties.plan());
            assertThat(parties.deployed().in(Phase.DEPLOY))
                    .isEqualTo(price.deployToGarbler().plus(price.deployToEvaluator()));
            try (OutsourcedParties.PreparationLink link = parties.openPreparation()) {
                assertThat(counted(link.tables().total())).isEqualTo(counted(price.openTables(0)));
                assertThat(link.products().total()).isEqualTo(LinearPreparation.openTraffic(parties.triplets()));
                link.prepare(queries);
                Traffic.Count products = parties.plan().layers().stream()
                        .map(layer ->
                                parties.triplets().layer(layer.shape(), queries).traffic())
                        .reduce(LinearPreparation.openTraffic(parties.triplets()), Traffic.Count::plus);
                assertThat(counted(link.products().total())).isEqualTo(counted(products));
                assertThat(counted(link.tables().total()))
                        .isEqualTo(counted(price.openTables(0).plus(price.tables(queries))));
            }
            try (OutsourcedParties.PreparationLink again = parties.openPreparation()) {
                assertThat(counted(again.tables().total())).isEqualTo(counted(price.openTables(queries)));
            }
            try (OutsourcedParties.Clients client = parties.openClients(1, false)) {
                client.ask(List.of(input), new ArrayList<>());
                assertThat(client.online().in(Phase.PREDICT)).isEqualTo(price.online());
                assertThat(client.clients().in(Phase.PREDICT))
                        .isEqualTo(price.clientToGarbler().plus(price.clientToEvaluator()));
            }
            try (OutsourcedParties.Clients client = parties.openClients(1, true)) {
                client.ask(List.of(input), new ArrayList<>());
                assertThat(counted(client.online().total()))
                        .isEqualTo(counted(price.openTransfers().plus(price.justInTime())));
                Traffic.Count products = parties.plan().layers().stream()
                        .map(layer -> parties.triplets().layer(layer.shape(), 1).traffic())
                        .reduce(LinearPreparation.openTraffic(parties.triplets()), Traffic.Count::plus);
                assertThat(counted(client.products().total())).isEqualTo(counted(products));
            }
        }
    }

    @Test
    void productsAreLimitedToWhatLatticesCarryForTheSmallestLayers() {
        assertThat(TripletPlan.mostRingBits(SecurityLevel.STANDARD, 1, ParameterChoice.MIN_STATISTICAL_BITS))
                .isEqualTo(LatticeParameters.MAX_PLAINTEXT_BITS);
    }

    @Test
    void everyFigureOfASmallNetworkIsMeasured() throws Exception {
        IntegerNetwork network = madeUp();
        OutsourcedTable.Row row = OutsourcedTable.measure(
                "made up",
                network,
                List.of(zeros(network)),
                "loopback",
                Optional.empty(),
                new OutsourcedTable.Settings(1, 0.1, List.of(2), List.of(1, 2), 2, 1));
        assertThat(row.queriesPerMinute()).containsOnlyKeys(1, 2);
        assertThat(row.andGates()).isPositive();
        assertThat(row.boundBy()).isIn("encrypt", "multiply", "decrypt");
        assertThat(row.totalSeconds()).isGreaterThan(row.predict().seconds());
        assertThat(row.batches()).extracting(OutsourcedTable.Batch::queries).containsExactly(2);
        assertThat(row.batches()).allSatisfy(batch -> {
            assertThat(batch.prepare().seconds()).isPositive();
            assertThat(batch.offlineMegabytes()).isLessThan(row.offlineMegabytes());
        });
        assertThat(row.prepare().garblerSeconds()).isPositive();
        assertThat(row.predict().evaluatorSeconds()).isPositive();
    }

    /** What is measured from made-up networks finds the costs that these have. */
    @Test
    void unitCostsOfRolesAreTheClosestThatAreNotNegative() {
        double[][] rows = {{1, 2, 0}, {1, 0, 30}, {1, 1, 10}, {1, 4, 0}};
        double[] exact = {0.5 + 2 * 0.25, 0.5 + 30 * 0.01, 0.5 + 0.25 + 10 * 0.01, 0.5 + 4 * 0.25};
        assertThat(RoleCosts.leastSquares(rows, exact)).containsExactly(new double[] {0.5, 0.25, 0.01}, within(1e-6));
        double[] falling = {0.5 - 2 * 0.1, 0.5, 0.5 - 0.1, 0.5 - 4 * 0.1};
        double[] found = RoleCosts.leastSquares(rows, falling);
        assertThat(found[1]).isZero();
        assertThat(found[0]).isBetween(0.1, 0.5);
    }

    /** Median of {@value #RUNS} runs, right after the calibration. */
    @ParameterizedTest
    @ValueSource(strings = {"mnist_m1_relu", "mnist_m4", "mnist_lenet", "cifar_c1"})
    @Tag("slow")
    void processorSecondsAreWithinThirtyPercentOfARun(String name) throws Exception {
        ExampleNetworks.Subject subject = subject(name);
        List<IntegerTensor> inputs = List.of(subject.inputs());
        try (OutsourcedParties parties =
                new OutsourcedParties(subject.network(), Disclosure.LABEL, folder, Optional.empty(), Pipeline.ON, 1)) {
            List<OutsourcedParties.Took> prepared = new ArrayList<>();
            List<OutsourcedParties.Took> predicted = new ArrayList<>();
            List<Answer> answers = new ArrayList<>();
            Calibration costs;
            try (OutsourcedParties.PreparationLink link = parties.openPreparation();
                    OutsourcedParties.Clients client = parties.openClients(1, false)) {
                for (double spent = 0; spent < WARM_UP_SECONDS; ) { // code is compiled
                    OutsourcedParties.Took prepare = link.prepare(1);
                    OutsourcedParties.Took predict = client.ask(inputs, answers);
                    spent += prepare.garblerSeconds() + prepare.evaluatorSeconds();
                    spent += predict.garblerSeconds() + predict.evaluatorSeconds();
                }
                costs = Calibration.measure(parties.plan(), parties.triplets());
                for (int run = 0; run < RUNS; run++) {
                    prepared.add(link.prepare(1));
                    predicted.add(client.ask(inputs, answers));
                }
            }
            double[] foretold = new double[4];
            for (Estimate.Part part : new Estimate(parties.plan(), parties.triplets(), costs, 1).parts()) {
                foretold[0] += part.prepareGarbler();
                foretold[1] += part.prepareEvaluator();
                foretold[2] += part.predictGarbler();
                foretold[3] += part.predictEvaluator();
            }
            OutsourcedParties.Took prepare = OutsourcedTable.median(prepared);
            OutsourcedParties.Took predict = OutsourcedTable.median(predicted);
            double[] measured = {
                prepare.garblerSeconds(),
                prepare.evaluatorSeconds(),
                predict.garblerSeconds(),
                predict.evaluatorSeconds()
            };
            for (int i = 0; i < measured.length; i++) {
                System.out.printf("%s %d: foretold %.4f s, measured %.4f s%n", name, i, foretold[i], measured[i]);
            }
            assertThat((foretold[0] + foretold[1]) / (measured[0] + measured[1]))
                    .as("prepare")
                    .isBetween(0.7, 1.3);
            assertThat((foretold[2] + foretold[3]) / (measured[2] + measured[3]))
                    .as("predict")
                    .isBetween(0.7, 1.3);
        }
    }
}
