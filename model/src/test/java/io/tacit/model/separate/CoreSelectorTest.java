package io.tacit.model.separate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreSelector.Budget;
import io.tacit.model.separate.CoreSelector.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fast counts are those of the reference on whole networks; searches find what they say. */
class CoreSelectorTest {
    private static final int IMAGES = 40;
    private static final Budget BUDGET = new Budget(1, 2);

    static List<IntegerNetwork> networks() {
        return List.of(telling(Squared::dense), telling(Squared::depthwise));
    }

    /** The first random network that does not give most images one label. */
    private static IntegerNetwork telling(LongFunction<IntegerNetwork> shape) {
        return LongStream.range(0, 1000)
                .mapToObj(shape)
                .filter(network -> {
                    int[] labels = new IntegerEvaluator(network, Workers.NONE).labels(Squared.images(IMAGES, 9));
                    return IntStream.range(0, network.classes())
                            .allMatch(label -> Arrays.stream(labels)
                                            .filter(found -> found == label)
                                            .count()
                                    < IMAGES / 2);
                })
                .findFirst()
                .orElseThrow();
    }

    /** Labels of a network and here and there another class. */
    private static int[] labels(IntegerNetwork network, IntegerTensor images) {
        int[] labels = new IntegerEvaluator(network, Workers.NONE).labels(images);
        for (int i = 0; i < labels.length; i += 7) {
            labels[i] = (labels[i] + 1) % network.classes();
        }
        return labels;
    }

    private static double accuracy(IntegerNetwork network, IntegerTensor images, int[] labels) {
        int[] found = new IntegerEvaluator(network, Workers.NONE).labels(images);
        return 100.0
                * IntStream.range(0, labels.length)
                        .filter(i -> found[i] == labels[i])
                        .count()
                / labels.length;
    }

    private static SelectionScore reference(
            IntegerNetwork network, CoreFilters core, IntegerTensor images, int[] labels) {
        CoreSegment segment = CoreSegment.of(network);
        return new SelectionScore(
                accuracy(network, images, labels),
                accuracy(Separation.separated(network, segment, core), images, labels),
                accuracy(Separation.removed(network, segment, core), images, labels));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyChoiceIsJudgedAsTheReferenceDoes(IntegerNetwork network) {
        IntegerTensor images = Squared.images(IMAGES, 9);
        int[] labels = labels(network, images);
        SelectionJudge judge = new SelectionJudge(network, CoreSegment.of(network), images, labels, Workers.NONE);
        CoreSelector selector = new CoreSelector(judge, Workers.NONE, CoreSelector.Progress.NONE);
        List<Choice> all = selector.exhaustive(BUDGET);
        assertThat(all).hasSize(3 * 10);
        assertThat(all.stream().map(Choice::core).distinct()).hasSize(3 * 10);
        for (Choice choice : all) {
            assertThat(choice.score())
                    .as("%s", choice.core())
                    .isEqualTo(reference(network, choice.core(), images, labels))
                    .isEqualTo(judge.score(choice.core()));
        }
        assertThat(all.stream().map(Choice::score).distinct().count()).isGreaterThan(1);
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).score().value())
                    .isLessThanOrEqualTo(all.get(i - 1).score().value());
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void greedyAddsTheBestFilterOneByOne(IntegerNetwork network) {
        IntegerTensor images = Squared.images(IMAGES, 11);
        int[] labels = labels(network, images);
        CoreSegment segment = CoreSegment.of(network);
        CoreSelector selector = new CoreSelector(
                new SelectionJudge(network, segment, images, labels, Workers.NONE),
                Workers.NONE,
                CoreSelector.Progress.NONE);
        CoreFilters found = selector.greedy(BUDGET);
        // the first filter whose removal costs most, by the reference; only channels are removed: one second filter is
        // kept whole
        int worst = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int filter = 0; filter < Squared.FIRST; filter++) {
            double left = accuracy(withoutFirst(network, segment, filter), images, labels);
            if (left < least) {
                least = left;
                worst = filter;
            }
        }
        assertThat(found.first()).containsExactly(worst);
        assertThat(found.second()).isEqualTo(greedySecond(network, worst, images, labels));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void lookaheadTakesTheFirstFilterWithWhichGreedyEndsBest(IntegerNetwork network) {
        IntegerTensor images = Squared.images(IMAGES, 12);
        int[] labels = labels(network, images);
        CoreSelector selector = new CoreSelector(
                new SelectionJudge(network, CoreSegment.of(network), images, labels, Workers.NONE),
                Workers.NONE,
                CoreSelector.Progress.NONE);
        double best = Double.NEGATIVE_INFINITY;
        CoreFilters expected = new CoreFilters(List.of(), List.of());
        for (int filter = 0; filter < Squared.FIRST; filter++) {
            CoreFilters core = new CoreFilters(List.of(filter), greedySecond(network, filter, images, labels));
            double value = reference(network, core, images, labels).value();
            if (value > best) {
                best = value;
                expected = core;
            }
        }
        assertThat(selector.lookahead(BUDGET)).isEqualTo(expected);
        assertThat(selector.score(selector.greedy(BUDGET)).value()).isLessThanOrEqualTo(best);
    }

    /** Two filters of the second convolution, one after the other, by the reference. */
    private static List<Integer> greedySecond(IntegerNetwork network, int first, IntegerTensor images, int[] labels) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int best = -1;
            double score = Double.NEGATIVE_INFINITY;
            for (int filter = 0; filter < Squared.SECOND; filter++) {
                if (!chosen.contains(filter)) {
                    List<Integer> tried = new ArrayList<>(chosen);
                    tried.add(filter);
                    tried.sort(null);
                    double value = reference(network, new CoreFilters(List.of(first), tried), images, labels)
                            .value();
                    if (value > score) {
                        score = value;
                        best = filter;
                    }
                }
            }
            chosen.add(best);
        }
        chosen.sort(null);
        return chosen;
    }

    /** The network whose first convolution lacks one filter. */
    private static IntegerNetwork withoutFirst(IntegerNetwork network, CoreSegment segment, int filter) {
        IntegerNetwork blanked = Separation.removed(network, segment, new CoreFilters(List.of(filter), List.of(0)));
        List<io.tacit.model.integer.Step> steps = new ArrayList<>(blanked.steps());
        steps.set(segment.secondConvolution(), segment.second(network));
        return new IntegerNetwork("without", network.preprocessing(), steps, 1.0).withProvenRanges();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyMethodKeepsToTheBudget(IntegerNetwork network) {
        IntegerTensor images = Squared.images(IMAGES, 13);
        CoreSelector selector = new CoreSelector(
                new SelectionJudge(network, CoreSegment.of(network), images, labels(network, images), Workers.NONE),
                Workers.NONE,
                CoreSelector.Progress.NONE);
        List<CoreFilters> found = new ArrayList<>();
        for (FilterRanking ranking : FilterRanking.values()) {
            found.add(selector.pruning(BUDGET, ranking));
            found.add(selector.pruningThenGreedy(BUDGET, ranking));
        }
        found.add(selector.forward(BUDGET));
        found.add(selector.forwardThenGreedy(BUDGET));
        found.add(selector.random(BUDGET, bound -> bound - 1));
        assertThat(found).allSatisfy(core -> {
            assertThat(core.first()).hasSize(1);
            assertThat(core.second()).hasSize(2);
        });
        assertThat(found.get(found.size() - 1)).isEqualTo(new CoreFilters(List.of(2), List.of(3, 4)));
    }
}
