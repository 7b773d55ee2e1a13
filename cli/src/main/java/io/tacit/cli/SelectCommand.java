package io.tacit.cli;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.model.data.InputSet;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.CoreSelector;
import io.tacit.model.separate.CoreSelector.Budget;
import io.tacit.model.separate.CoreSelector.Choice;
import io.tacit.model.separate.FilterRanking;
import io.tacit.model.separate.SelectionJudge;
import io.tacit.model.separate.SelectionScore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Chooses the filters that partial encryption encrypts. */
@Command(
        name = "select",
        description =
                "Chooses core filters of the first two convolutions: those without which the network is worth least,"
                        + " and with which, cut from the others, it is worth most.")
final class SelectCommand implements Callable<Integer> {
    private static final int DEFAULT_IMAGES = 5000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NET.tacit",
            description = "an integer network, quantised with --defer from the first convolution to the second")
    private Path file;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "a data set of 'tacit data': its last training images judge, its test images only report")
    private Path data;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "images of the training part that judge, from its end (default: 5000)")
    private int images = DEFAULT_IMAGES;

    @Option(
            names = "--test-images",
            paramLabel = "N",
            description = "images of the test part that accuracies are reported on (default: all; 0: none)")
    private int testImages = Integer.MAX_VALUE;

    @Option(
            names = "--budget",
            required = true,
            paramLabel = "A,B|P%",
            description =
                    "filters of the first and second convolution, or a percentage of both; may be given several times")
    private List<String> budgets = new ArrayList<>();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "${COMPLETION-CANDIDATES} (default: greedy); may be given several times")
    private List<Method> methods = new ArrayList<>(List.of(Method.GREEDY));

    @Option(
            names = "--exhaustive",
            description =
                    "also judges every choice of each budget, writes the best one first, and says each method's rank")
    private boolean exhaustive;

    @Option(names = "--out", paramLabel = "FILE.json", description = "file to write")
    private @Nullable Path out;

    /** How filters are chosen. */
    enum Method {
        RANDOM,
        GREEDY,
        LOOKAHEAD,
        PFEC,
        FPGM,
        HRANK,
        GFS,
        PFEC_GREEDY,
        FPGM_GREEDY,
        HRANK_GREEDY,
        GFS_GREEDY;

        CoreFilters choose(CoreSelector selector, Budget budget, Prg prg) {
            return switch (this) {
                case RANDOM -> selector.random(budget, prg::nextBelow);
                case GREEDY -> selector.greedy(budget);
                case LOOKAHEAD -> selector.lookahead(budget);
                case PFEC, FPGM, HRANK -> selector.pruning(budget, FilterRanking.valueOf(name()));
                case GFS -> selector.forward(budget);
                case PFEC_GREEDY, FPGM_GREEDY, HRANK_GREEDY ->
                    selector.pruningThenGreedy(budget, FilterRanking.valueOf(name().replace("_GREEDY", "")));
                case GFS_GREEDY -> selector.forwardThenGreedy(budget);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    SelectCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        if (images < 1 || testImages < 0) {
            throw new BadInput("--images must be at least 1, --test-images at least 0");
        }
        Path target = out;
        if (target != null) {
            OutputFile.check(target);
        }
        IntegerNetwork network = IntegerNetworkFile.read(file);
        CoreSegment segment = CoreSegment.of(network);
        List<Budget> wanted = budgets.stream()
                .map(text -> budget(text, segment.firstChannels(network), segment.secondChannels(network)))
                .toList();
        InputSet training = read(network, true, Integer.MAX_VALUE);
        int judging = Math.min(images, training.size());
        List<SelectionEntry> entries = new ArrayList<>();
        try (Cores cores = new Cores();
                Seed seed = Seed.random(new SecureRandom());
                Prg prg = seed.generator("select")) {
            SelectionJudge validation =
                    judge(network, segment, training.part(training.size() - judging, judging), cores);
            SelectionJudge test =
                    testImages == 0 ? null : judge(network, segment, read(network, false, testImages), cores);
            print.printf(
                    Locale.ROOT,
                    "original network: %.2f %% of %d images that judge%s%n",
                    validation.percent(validation.original()),
                    validation.images(),
                    test == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    ", %.2f %% of %d test images",
                                    test.percent(test.original()),
                                    test.images()));
            print.printf(
                    "%-14s %-8s %-10s %-22s %7s %7s %7s %9s %9s %10s%n",
                    "method", "budget", "first", "second", "A_s", "A_r", "score", "test A_s", "test A_r", "seconds");
            for (Budget budget : wanted) {
                List<Choice> all = List.of();
                if (exhaustive) {
                    long start = System.nanoTime();
                    all = all(validation, budget, cores);
                    CoreFilters best = all.get(0).core();
                    SelectionEntry entry = entry("exhaustive", best, start, validation, test, all);
                    entries.add(entry);
                    print(print, budget, entry);
                }
                for (Method method : methods) {
                    SelectionEntry entry = choose(method, budget, validation, test, all, cores, prg);
                    entries.add(entry);
                    print(print, budget, entry);
                }
            }
        }
        if (target != null) {
            OutputFile.writeJson(
                    target,
                    new SelectionEntry.File(
                            HexFormat.of().formatHex(network.hash()),
                            List.of(
                                    segment.first(network).name(),
                                    segment.second(network).name()),
                            entries));
            print.println(target);
        }
        return 0;
    }

    private InputSet read(IntegerNetwork network, boolean trainingPart, int limit) throws IOException {
        return Inputs.read(data, trainingPart, limit, network.input().shape().size(), network.preprocessing());
    }

    private static SelectionJudge judge(IntegerNetwork network, CoreSegment segment, InputSet inputs, Cores cores) {
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        int size = network.input().shape().size();
        int[] values = new int[inputs.size() * size];
        int[] labels = new int[inputs.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = inputs.label(i);
            if (labels[i] < 0) {
                throw new BadInput("the images that judge have no labels");
            }
            System.arraycopy(inputs.integers(i, preprocessor, network.input().range()), 0, values, i * size, size);
        }
        return new SelectionJudge(
                network,
                segment,
                IntegerTensor.ofInts(labels.length, network.input().shape(), values),
                labels,
                cores.workers());
    }

    private static List<Choice> all(SelectionJudge validation, Budget budget, Cores cores) {
        String title = "all choices of " + budget.first() + "," + budget.second();
        try {
            return selector(validation, title, cores).exhaustive(budget);
        } catch (ArithmeticException e) {
            throw new BadInput("--exhaustive: there are more than 2^31 choices of " + budget.first() + " and "
                    + budget.second() + " filters");
        }
    }

    /** Shows a bar for each round of a search. */
    private static CoreSelector selector(SelectionJudge validation, String title, Cores cores) {
        SearchProgress shown = new SearchProgress();
        return new CoreSelector(validation, cores.workers(), (done, total) -> shown.at(title, done, total));
    }

    private static SelectionEntry choose(
            Method method,
            Budget budget,
            SelectionJudge validation,
            @Nullable SelectionJudge test,
            List<Choice> all,
            Cores cores,
            Prg prg) {
        long start = System.nanoTime();
        CoreFilters core = method.choose(selector(validation, method.toString(), cores), budget, prg);
        return entry(method.toString(), core, start, validation, test, all);
    }

    /** @param start of the search that has just ended */
    private static SelectionEntry entry(
            String method,
            CoreFilters core,
            long start,
            SelectionJudge validation,
            @Nullable SelectionJudge test,
            List<Choice> all) {
        double seconds = (System.nanoTime() - start) / 1e9;
        SelectionScore score = validation.score(core);
        Integer rank = all.isEmpty()
                ? null
                : 1
                        + (int) all.stream()
                                .filter(choice -> choice.score().value() > score.value())
                                .count();
        return new SelectionEntry(
                method,
                core.first(),
                core.second(),
                accuracies(validation, score),
                test == null ? null : accuracies(test, test.score(core)),
                Math.round(seconds * 1000) / 1000.0,
                rank,
                all.isEmpty() ? null : all.size());
    }

    private static SelectionEntry.Accuracies accuracies(SelectionJudge judge, SelectionScore score) {
        return new SelectionEntry.Accuracies(
                judge.images(), score.original(), score.separated(), score.removed(), score.value());
    }

    private static void print(PrintWriter print, Budget budget, SelectionEntry entry) {
        SelectionEntry.Accuracies test = entry.test();
        print.printf(
                Locale.ROOT,
                "%-14s %-8s %-10s %-22s %7.2f %7.2f %7.4f %9s %9s %10.1f%s%n",
                entry.method(),
                budget.first() + "," + budget.second(),
                entry.first(),
                entry.second(),
                entry.validation().separated(),
                entry.validation().removed(),
                entry.validation().score(),
                test == null ? "" : String.format(Locale.ROOT, "%.2f", test.separated()),
                test == null ? "" : String.format(Locale.ROOT, "%.2f", test.removed()),
                entry.seconds(),
                entry.rank() == null ? "" : "  rank " + entry.rank() + " of " + entry.choices());
    }

    private static Budget budget(String text, int first, int second) {
        try {
            if (text.endsWith("%")) {
                double share = Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
                if (!(share > 0 && share <= 1)) {
                    throw new BadInput("--budget " + text + " is not above 0 and at most 100 %");
                }
                return new Budget(
                        (int) Math.max(1, Math.round(share * first)), (int) Math.max(1, Math.round(share * second)));
            }
            String[] parts = text.split(",", -1);
            if (parts.length == 2) {
                Budget budget = new Budget(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                if (budget.first() >= 0
                        && budget.first() <= first
                        && budget.second() >= 1
                        && budget.second() <= second) {
                    return budget;
                }
                throw new BadInput("--budget " + text + ": the convolutions have " + first + " and " + second
                        + " filters, and at least one of the second is core");
            }
        } catch (NumberFormatException e) {
            throw new BadInput("--budget " + text + " is neither A,B nor P%");
        }
        throw new BadInput("--budget " + text + " is neither A,B nor P%");
    }
}
