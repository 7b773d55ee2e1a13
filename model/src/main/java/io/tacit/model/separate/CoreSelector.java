package io.tacit.model.separate;

import io.tacit.kernel.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Chooses core filters for a budget of filters of each of the two convolutions, by the accuracies that a
 * {@link SelectionJudge} counts (Ren et al., PoPETs 2024(3), section 4).
 *
 * <p>Greedy: filters of the first convolution are added one by one, each the one whose removal, with those before it, costs
 * most accuracy; then filters of the second, each the one that gives the best {@link SelectionScore}. Among equals the lowest
 * index.
 */
public final class CoreSelector {
    private final SelectionJudge judge;
    private final Workers workers;
    private final Progress progress;
    private final int firstChannels;
    private final int secondChannels;
    private final double original;

    /** Told how many choices have been judged. May be called by several threads at once. */
    @FunctionalInterface
    public interface Progress {
        /** Tells nobody. */
        Progress NONE = (done, total) -> {};

        void at(int done, int total);
    }

    /** @param workers where choices are judged beside each other */
    public CoreSelector(SelectionJudge judge, Workers workers, Progress progress) {
        this.judge = judge;
        this.workers = workers;
        this.progress = progress;
        firstChannels = judge.segment().firstChannels(judge.network());
        secondChannels = judge.segment().secondChannels(judge.network());
        original = judge.percent(judge.original());
    }

    /** Filters of each convolution. */
    public record Budget(int first, int second) {}

    private void require(Budget budget) {
        if (budget.first() < 0
                || budget.first() > firstChannels
                || budget.second() < 1
                || budget.second() > secondChannels) {
            throw new IllegalArgumentException("a budget of " + budget.first() + " and " + budget.second()
                    + " core filters; the convolutions have " + firstChannels + " and " + secondChannels);
        }
    }

    /** Accuracies of a choice. */
    public SelectionScore score(CoreFilters core) {
        return judge.score(core);
    }

    /** Uniform. @param below gives a uniform integer from 0 to below its argument */
    public CoreFilters random(Budget budget, IntUnaryOperator below) {
        require(budget);
        return new CoreFilters(
                draw(budget.first(), firstChannels, below), draw(budget.second(), secondChannels, below));
    }

    private static List<Integer> draw(int count, int channels, IntUnaryOperator below) {
        List<Integer> left = new ArrayList<>(all(channels));
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(left.remove(below.applyAsInt(left.size())));
        }
        return sorted(drawn);
    }

    /** Greedy among all filters. */
    public CoreFilters greedy(Budget budget) {
        require(budget);
        return greedy(budget, all(firstChannels), all(secondChannels));
    }

    /** What a pruner keeps. */
    public CoreFilters pruning(Budget budget, FilterRanking ranking) {
        require(budget);
        return new CoreFilters(
                sorted(firstOrder(ranking).subList(0, budget.first())),
                sorted(secondOrder(ranking).subList(0, budget.second())));
    }

    /** Greedy among twice as many as the budget that a pruner keeps. */
    public CoreFilters pruningThenGreedy(Budget budget, FilterRanking ranking) {
        require(budget);
        return greedy(
                budget,
                sorted(firstOrder(ranking).subList(0, Math.min(firstChannels, 2 * budget.first()))),
                sorted(secondOrder(ranking).subList(0, Math.min(secondChannels, 2 * budget.second()))));
    }

    /**
     * Greedy forward selection (Ye et al., ICML 2020): starting from a layer without filters, each time the one with which
     * the network of those chosen so far gets most images right.
     */
    public CoreFilters forward(Budget budget) {
        require(budget);
        return new CoreFilters(sorted(forwardFirst(budget.first())), sorted(forwardSecond(budget.second())));
    }

    /** {@link #greedy} among twice as many as the budget that greedy forward selection keeps. */
    public CoreFilters forwardThenGreedy(Budget budget) {
        require(budget);
        return greedy(
                budget,
                sorted(forwardFirst(Math.min(firstChannels, 2 * budget.first()))),
                sorted(forwardSecond(Math.min(secondChannels, 2 * budget.second()))));
    }

    private List<Integer> firstOrder(FilterRanking ranking) {
        return ranking.order(
                judge.segment().first(judge.network()), judge.features().first());
    }

    private List<Integer> secondOrder(FilterRanking ranking) {
        return ranking.order(
                judge.segment().second(judge.network()), judge.features().second());
    }

    // ---- greedy

    private CoreFilters greedy(Budget budget, List<Integer> firstPool, List<Integer> secondPool) {
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < budget.first(); i++) {
            first.add(best(without(firstPool, first), "first", candidate -> {
                SelectionJudge.Plain plain = judge.withFirst(with(first, candidate));
                return -plain.correct(plain.base()); // its channels are read by no other filter
            }));
        }
        SelectionJudge.Plain plain = judge.withFirst(sorted(first));
        return new CoreFilters(sorted(first), greedySecond(plain, budget.second(), secondPool, workers, progress));
    }

    private List<Integer> greedySecond(
            SelectionJudge.Plain plain, int count, List<Integer> pool, Workers judging, Progress told) {
        List<Integer> second = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            second.add(best(without(pool, second), "second", judging, told, candidate -> {
                List<Integer> core = with(second, candidate);
                return score(plain, core).value();
            }));
        }
        return sorted(second);
    }

    /**
     * Greedy that looks ahead, which is not the paper's: filters of the first convolution are added one by one, each the one
     * with which {@link #greedy} finds the best score among filters of the second. So a filter whose cut costs the plain
     * filters much is not taken for what its removal costs.
     */
    public CoreFilters lookahead(Budget budget) {
        require(budget);
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < budget.first(); i++) {
            first.add(best(without(all(firstChannels), first), "first", candidate -> {
                SelectionJudge.Plain plain = judge.withFirst(sorted(with(first, candidate)));
                List<Integer> second =
                        greedySecond(plain, budget.second(), all(secondChannels), Workers.NONE, Progress.NONE);
                return score(plain, second).value();
            }));
        }
        SelectionJudge.Plain plain = judge.withFirst(sorted(first));
        return new CoreFilters(
                sorted(first), greedySecond(plain, budget.second(), all(secondChannels), workers, progress));
    }

    private SelectionScore score(SelectionJudge.Plain plain, List<Integer> second) {
        return new SelectionScore(
                original,
                judge.percent(plain.correct(plain.separated(second))),
                judge.percent(plain.correct(plain.removed(second))));
    }

    private List<Integer> forwardFirst(int count) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(best(without(all(firstChannels), chosen), "first", candidate -> {
                List<Integer> kept = with(chosen, candidate);
                SelectionJudge.Plain plain = judge.withFirst(without(all(firstChannels), kept));
                return plain.correct(plain.base());
            }));
        }
        return chosen;
    }

    private List<Integer> forwardSecond(int count) {
        SelectionJudge.Plain plain = judge.withFirst(List.of());
        int[] sums = plain.removed(all(secondChannels));
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int added = best(without(all(secondChannels), chosen), "second", candidate -> {
                int[] tried = sums.clone();
                plain.addPlain(tried, candidate);
                return plain.correct(tried);
            });
            plain.addPlain(sums, added);
            chosen.add(added);
        }
        return chosen;
    }

    private interface Judgement {
        double of(int candidate);
    }

    private int best(List<Integer> candidates, String layer, Judgement judgement) {
        return best(candidates, layer, workers, progress, judgement);
    }

    private int best(List<Integer> candidates, String layer, Workers judging, Progress told, Judgement judgement) {
        double[] values = new double[candidates.size()];
        AtomicInteger done = new AtomicInteger();
        judging.forEach(values.length, i -> {
            values[i] = judgement.of(candidates.get(i));
            told.at(done.incrementAndGet(), values.length);
        });
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("no filter of the " + layer + " convolution is left to choose");
        }
        return candidates.get(best);
    }

    // ---- exhaustive

    /**
     * A choice and its accuracies.
     *
     * @param core the choice
     * @param score its accuracies
     */
    public record Choice(CoreFilters core, SelectionScore score) {}

    /**
     * Every choice of a budget, best score first, in order of the filters among equals.
     *
     * @throws ArithmeticException if they are more than 2^31 - 1
     */
    public List<Choice> exhaustive(Budget budget) {
        require(budget);
        int total = Math.toIntExact(
                Math.multiplyExact(choices(firstChannels, budget.first()), choices(secondChannels, budget.second())));
        List<List<Integer>> firsts = subsets(firstChannels, budget.first());
        AtomicInteger done = new AtomicInteger();
        List<List<Choice>> found = new ArrayList<>();
        firsts.forEach(first -> found.add(new ArrayList<>()));
        workers.forEach(firsts.size(), i -> {
            SelectionJudge.Plain plain = judge.withFirst(firsts.get(i));
            descend(plain, firsts.get(i), List.of(), plain.base(), plain.base(), budget.second(), choice -> {
                found.get(i).add(choice);
                progress.at(done.incrementAndGet(), total);
            });
        });
        return found.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingDouble(choice -> -choice.score().value()))
                .toList();
    }

    private interface Found {
        void add(Choice choice);
    }

    /** All choices of second filters that begin with {@code chosen}. */
    private void descend(
            SelectionJudge.Plain plain,
            List<Integer> first,
            List<Integer> chosen,
            int[] separated,
            int[] removed,
            int left,
            Found found) {
        if (left == 0) {
            SelectionScore score = new SelectionScore(
                    original, judge.percent(plain.correct(separated)), judge.percent(plain.correct(removed)));
            found.add(new Choice(new CoreFilters(first, chosen), score));
            return;
        }
        int from = chosen.isEmpty() ? 0 : chosen.get(chosen.size() - 1) + 1;
        for (int channel = from; channel <= secondChannels - left; channel++) {
            int[] with = separated.clone();
            int[] without = removed.clone();
            plain.addSeparated(with, channel);
            plain.addRemoved(without, channel);
            descend(plain, first, with(chosen, channel), with, without, left - 1, found);
        }
    }

    private static long choices(int channels, int count) {
        long choices = 1;
        for (int i = 0; i < count; i++) {
            choices = Math.multiplyExact(choices, channels - i) / (i + 1);
        }
        return choices;
    }

    private static List<List<Integer>> subsets(int channels, int count) {
        List<List<Integer>> subsets = new ArrayList<>();
        extend(subsets, List.of(), channels, count);
        return subsets;
    }

    private static void extend(List<List<Integer>> subsets, List<Integer> chosen, int channels, int left) {
        if (left == 0) {
            subsets.add(chosen);
            return;
        }
        int from = chosen.isEmpty() ? 0 : chosen.get(chosen.size() - 1) + 1;
        for (int channel = from; channel <= channels - left; channel++) {
            extend(subsets, with(chosen, channel), channels, left - 1);
        }
    }

    // ---- lists of channels

    private static List<Integer> all(int channels) {
        return IntStream.range(0, channels).boxed().toList();
    }

    private static List<Integer> with(List<Integer> channels, int one) {
        List<Integer> more = new ArrayList<>(channels);
        more.add(one);
        return more;
    }

    private static List<Integer> without(List<Integer> channels, List<Integer> taken) {
        return channels.stream().filter(channel -> !taken.contains(channel)).toList();
    }

    private static List<Integer> sorted(List<Integer> channels) {
        return channels.stream().sorted().toList();
    }
}
