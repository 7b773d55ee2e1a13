package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed products, with an exact negacyclic product modulo 2^64, against the kernel's convolution. */
class CoefficientPackingTest {
    private static final PackingCost COST =
            new PackingCost(1_000_000, 80_000, 20_000, 1_500_000, 50, 150_528, 31_744, 31, 4);

    /** Result of one group and one output block by the definition: sums of products modulo X^N + 1. */
    private static long[] result(PackingPlan plan, long[] inputs, long[] weights, int outputBlock, int group) {
        CoefficientPacking packing = new CoefficientPacking(plan);
        int n = plan.degree();
        long[] input = new long[n];
        long[] weight = new long[n];
        long[] sum = new long[n];
        for (int block = plan.firstBlock(outputBlock); block < plan.endBlock(outputBlock); block++) {
            packing.packInput(inputs, block, group, input);
            packing.packWeights(weights, block, outputBlock, weight);
            for (int k = 0; k < n; k++) {
                if (weight[k] != 0) {
                    addShifted(sum, input, k, weight[k]);
                }
            }
        }
        return sum;
    }

    private static void addShifted(long[] sum, long[] input, int shift, long factor) {
        for (int i = 0; i < input.length - shift; i++) {
            sum[i + shift] += factor * input[i];
        }
        for (int i = input.length - shift; i < input.length; i++) {
            sum[i + shift - input.length] -= factor * input[i];
        }
    }

    private static void assertExact(PackingPlan plan, Random random) {
        ConvolutionGeometry g = plan.geometry();
        long[] inputs = random.longs((long) plan.queries() * g.inputSize()).toArray();
        long[] weights = random.longs(g.weightCount()).toArray();
        long[] expected = new long[plan.queries() * g.outputSize()];
        Kernels.active().ring64().convolve(g, plan.queries(), weights, inputs, 0, expected, 0, Workers.NONE);
        CoefficientPacking packing = new CoefficientPacking(plan);
        long[] outputs = new long[expected.length];
        long products = 0;
        long wanted = 0;
        for (int outputBlock = 0; outputBlock < plan.outputBlocks(); outputBlock++) {
            products += (long) (plan.endBlock(outputBlock) - plan.firstBlock(outputBlock)) * plan.itemGroups();
            for (int group = 0; group < plan.itemGroups(); group++) {
                long[] sum = result(plan, inputs, weights, outputBlock, group);
                int[] indices = packing.wanted(outputBlock, group);
                long[] values = new long[indices.length];
                for (int i = 0; i < indices.length; i++) {
                    values[i] = sum[indices[i]];
                    assertThat(i == 0 || indices[i - 1] < indices[i]).isTrue();
                }
                wanted += indices.length;
                packing.unpack(values, outputBlock, group, outputs);
            }
        }
        assertThat(outputs).as("%s %s", g, plan.choice()).isEqualTo(expected);
        assertThat(products).isEqualTo(plan.products());
        assertThat(wanted).isEqualTo(plan.wantedCoefficients());
    }

    private static ConvolutionGeometry randomGeometry(Random random, int most) {
        while (true) {
            int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
            int perGroup = 1 + random.nextInt(random.nextBoolean() ? 2 : 5);
            int outputsPerGroup = 1 + random.nextInt(4);
            boolean flat = random.nextInt(5) == 0;
            try {
                return new ConvolutionGeometry(
                        groups * perGroup * (flat ? 7 : 1),
                        flat ? 1 : 1 + random.nextInt(most),
                        flat ? 1 : 1 + random.nextInt(most),
                        groups * outputsPerGroup * (flat ? 5 : 1),
                        flat ? 1 : 1 + random.nextInt(4),
                        flat ? 1 : 1 + random.nextInt(4),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3),
                        random.nextInt(3),
                        1 + random.nextInt(2),
                        1 + random.nextInt(2),
                        groups);
            } catch (IllegalArgumentException e) {
                // a kernel larger than its input: draw again
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void plannedPackingsOfRandomLayersAreExact(int seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            int degree = 64 << random.nextInt(4);
            int queries = 1 + random.nextInt(5);
            PackingCost cost = new PackingCost(
                    random.nextInt(1000),
                    random.nextInt(100),
                    random.nextInt(30),
                    random.nextInt(1000),
                    1,
                    random.nextInt(1000),
                    random.nextInt(500),
                    31,
                    random.nextInt(5));
            ConvolutionGeometry g = randomGeometry(random, 12);
            assertExact(new PackingPlanner(degree, cost, Long.MAX_VALUE).plan(g, queries), random);
        }
    }

    /** Also choices that no cost would make. */
    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8})
    void everyPackingThatFitsIsExact(int seed) {
        Random random = new Random(seed);
        int done = 0;
        while (done < 100) {
            ConvolutionGeometry g = randomGeometry(random, 9);
            PackingChoice choice = new PackingChoice(
                    1 + random.nextInt(g.outHeight()),
                    1 + random.nextInt(g.outWidth()),
                    1 + random.nextInt(g.inChannels()),
                    1 + random.nextInt(5),
                    1 + random.nextInt(g.outChannels()));
            PackingPlan plan;
            try {
                plan = new PackingPlan(g, 256, 1 + random.nextInt(4), choice);
            } catch (IllegalArgumentException e) {
                continue; // does not fit
            }
            assertExact(plan, random);
            done++;
        }
    }

    static Stream<ConvolutionGeometry> smallNetworks() {
        return Stream.of(LayerShapes.m1(), LayerShapes.m4(), LayerShapes.lenet(), LayerShapes.c1())
                .flatMap(List::stream)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("smallNetworks")
    void layersOfSmallNetworksAreExact(ConvolutionGeometry g) {
        assertExact(new PackingPlanner(8192, COST, Long.MAX_VALUE).plan(g, 2), new Random(9));
    }

    static Stream<ConvolutionGeometry> largeNetworks() {
        return Stream.of(
                        LayerShapes.resnet20(),
                        LayerShapes.mobileNet(),
                        LayerShapes.squeezeNet(),
                        LayerShapes.resnet50())
                .flatMap(List::stream)
                .distinct();
    }

    /** A few results of each layer: all would be as many products of polynomials as the layer has multiplications / 4. */
    @ParameterizedTest
    @MethodSource("largeNetworks")
    void resultsOfLargeLayersAreExact(ConvolutionGeometry g) {
        Random random = new Random(10);
        PackingPlan plan = new PackingPlanner(8192, COST, Long.MAX_VALUE).plan(g, 1);
        long[] inputs = random.longs(g.inputSize()).toArray();
        long[] weights = random.longs(g.weightCount()).toArray();
        long[] expected = new long[g.outputSize()];
        Kernels.active().ring64().convolve(g, 1, weights, inputs, 0, expected, 0, Workers.NONE);
        CoefficientPacking packing = new CoefficientPacking(plan);
        for (int round = 0; round < 3; round++) {
            int outputBlock = round == 0 ? plan.outputBlocks() - 1 : random.nextInt(plan.outputBlocks());
            int group = round == 0 ? plan.itemGroups() - 1 : random.nextInt(plan.itemGroups());
            long[] sum = result(plan, inputs, weights, outputBlock, group);
            long[] values = java.util.Arrays.stream(packing.wanted(outputBlock, group))
                    .mapToLong(index -> sum[index])
                    .toArray();
            // where the expected outputs go is found by unpacking their own indices
            long[] places = new long[expected.length];
            java.util.Arrays.fill(places, -1);
            long[] order = new long[values.length];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            packing.unpack(order, outputBlock, group, places);
            int compared = 0;
            for (int o = 0; o < places.length; o++) {
                if (places[o] >= 0) {
                    assertThat(values[(int) places[o]])
                            .as("output %d of %s", o, g)
                            .isEqualTo(expected[o]);
                    compared++;
                }
            }
            assertThat(compared).isEqualTo(values.length);
        }
    }

    @Test
    void everyOutputIsWantedOnce() {
        for (ConvolutionGeometry g : LayerShapes.squeezeNet()) {
            PackingPlan plan = new PackingPlanner(8192, COST, Long.MAX_VALUE).plan(g, 1);
            CoefficientPacking packing = new CoefficientPacking(plan);
            long[] seen = new long[g.outputSize()];
            long count = 0;
            for (int outputBlock = 0; outputBlock < plan.outputBlocks(); outputBlock++) {
                for (int group = 0; group < plan.itemGroups(); group++) {
                    long[] ones = new long[plan.wanted(outputBlock, group)];
                    java.util.Arrays.fill(ones, 1);
                    count += ones.length;
                    packing.unpack(ones, outputBlock, group, seen);
                }
            }
            assertThat(seen).containsOnly(1);
            assertThat(count).isEqualTo(seen.length);
        }
    }

    @Test
    void aWideSignalIsCutIntoTiles() {
        ConvolutionGeometry g = new ConvolutionGeometry(1, 1, 3000, 2, 1, 9, 1, 1, 0, 4, 0, 4, 1, 1, 1);
        PackingPlan plan = new PackingPlanner(256, COST, Long.MAX_VALUE).plan(g, 1);
        assertThat(plan.itemGroups()).isGreaterThan(1);
        assertExact(plan, new Random(11));
    }

    @Test
    void aStrideLeavesNoCoefficientUnwanted() {
        ConvolutionGeometry skipping = ConvolutionGeometry.square(16, 32, 32, 1, 2, 0);
        ConvolutionGeometry plain = ConvolutionGeometry.square(16, 16, 32, 1, 1, 0);
        PackingPlanner planner = new PackingPlanner(8192, COST, Long.MAX_VALUE);
        assertThat(planner.plan(skipping, 1).inputPolynomials())
                .isEqualTo(planner.plan(plain, 1).inputPolynomials());
        assertThat(planner.plan(skipping, 1).resultPolynomials())
                .isEqualTo(planner.plan(plain, 1).resultPolynomials());
    }

    @Test
    void queriesOfABatchShareThePolynomialsOfSmallLayers() {
        PackingPlanner planner = new PackingPlanner(8192, COST, Long.MAX_VALUE);
        ConvolutionGeometry g = ConvolutionGeometry.dense(128, 10);
        assertThat(COST.bytes(planner.plan(g, 16))).isLessThan(4 * COST.bytes(planner.plan(g, 1)));
    }

    @Test
    void bytesOrTimeAsTheyAreWeighed() {
        ConvolutionGeometry g = ConvolutionGeometry.square(64, 16, 64, 3, 1, 1);
        PackingPlan small = new PackingPlanner(8192, with(1_000), Long.MAX_VALUE).plan(g, 1);
        PackingPlan fast = new PackingPlanner(8192, with(0), Long.MAX_VALUE).plan(g, 1);
        assertThat(COST.bytes(small)).isLessThanOrEqualTo(COST.bytes(fast));
        assertThat(COST.nanos(fast)).isLessThanOrEqualTo(COST.nanos(small));
    }

    private static PackingCost with(double byteNanos) {
        return new PackingCost(1_000_000, 80_000, 20_000, 1_500_000, 50, 150_528, 31_744, 31, byteNanos);
    }

    @Test
    void theNoiseLimitIsKeptOrNamed() {
        PackingPlanner planner = new PackingPlanner(8192, COST, 1200);
        assertThat(planner.plan(ConvolutionGeometry.dense(256, 100), 1).weightsPerResult())
                .isLessThanOrEqualTo(1200);
        assertThatThrownBy(() -> planner.plan(ConvolutionGeometry.dense(1201, 10), 1))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("1201")
                .hasMessageContaining("1200");
        ConvolutionGeometry reaching = new ConvolutionGeometry(1, 300, 300, 1, 2, 2, 1, 1, 0, 0, 0, 0, 299, 299, 1);
        assertThatThrownBy(() -> new PackingPlanner(256, COST, 1200).plan(reaching, 1))
                .isInstanceOf(LimitExceeded.class);
    }

    @Test
    void anythingThatDoesNotFitIsRefused() {
        ConvolutionGeometry g = ConvolutionGeometry.dense(100, 10);
        List<Consumer<Integer>> wrong = new ArrayList<>();
        wrong.add(n -> new PackingPlan(g, n, 1, new PackingChoice(1, 1, 100, 1, 3)));
        wrong.add(n -> new PackingPlan(g, n + 1, 1, new PackingChoice(1, 1, 100, 1, 2)));
        wrong.add(n -> new PackingPlan(g, n, 0, new PackingChoice(1, 1, 100, 1, 2)));
        wrong.add(n -> new PackingPlan(g, n, 1, new PackingChoice(1, 1, 0, 1, 2)));
        Set<String> messages = new HashSet<>();
        for (Consumer<Integer> each : wrong) {
            assertThatThrownBy(() -> each.accept(256))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(messages).hasSize(4);
        assertThatThrownBy(() -> new LinearShape(g, 63)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("slow")
    void hundredsMoreRandomLayersAreExact() {
        for (int seed = 100; seed < 120; seed++) {
            plannedPackingsOfRandomLayersAreExact(seed);
        }
    }
}
