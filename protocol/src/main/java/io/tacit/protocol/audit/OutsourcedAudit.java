package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.protocol.audit.OutsourcedView.Lane;
import io.tacit.protocol.audit.OutsourcedView.Server;
import io.tacit.protocol.audit.OutsourcedView.Transcript;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What the two servers of {@code outsourced} can tell from all that they receive: nothing, as long as they do not collude.
 * Transcripts of the real roles, from deployment to answer, under two inputs and under two networks of the same public
 * description; the same tests must catch masks, labels and ciphertexts that are used twice and masks that are short.
 *
 * <p>The paper's abstract names no construction that could be attacked, so there is no published mode here: what is attacked is
 * Tacit's own, in the game by which secrecy is defined, and under the one assumption that it needs.
 */
public final class OutsourcedAudit {
    private static final String INPUTS = "dark picture or bright one";
    private static final String MODELS = "one network or another";
    private static final String BOTH = "both together";
    private static final int DARK = 0;
    private static final int BRIGHT = 255;
    /** Transcripts a situation in which blocks are compared: memory grows with them. */
    private static final int BLOCK_TRANSCRIPTS = 6;

    /** Messages below this hold commands, names and counts: alike in all transcripts. */
    private static final int LEAST_BLOCK_MESSAGE = 96;

    /** Bytes at the beginning of encryptions that name their parameters. */
    private static final int HEADER_BYTES = 16;

    private static final double BROKEN_GAME = 0.9;

    private final Options options;
    private final Executor threads;
    private final AuditProgress progress;
    private final Function<String, SecureRandom> randoms;

    /**
     * @param sessions deployments a situation, each with new shares, keys and transfers
     * @param queries a session; even
     * @param seed names every share, mask, key and coin: equal seeds, equal reports
     */
    public record Options(int sessions, int queries, String seed) {
        /** As the project states its figures: 160 queries in each of three situations. */
        public static Options full() {
            return new Options(10, 16, "tacit audit outsourced");
        }

        /** A fast look: 80 queries in each. */
        public static Options quick() {
            return new Options(5, 16, "tacit audit outsourced");
        }
    }

    /** @param threads runs what it is given at once, each in a thread of its own */
    public OutsourcedAudit(Options options, Executor threads, AuditProgress progress) {
        this(options, threads, progress, new SeededRandoms(options.seed()));
    }

    /** @param randoms the source of a party's randomness, by role, asked once a session */
    OutsourcedAudit(Options options, Executor threads, AuditProgress progress, Function<String, SecureRandom> randoms) {
        if (options.sessions() < 1 || options.queries() < 2 || options.queries() % 2 != 0) {
            throw new IllegalArgumentException(options + ": a session has an even number of queries");
        }
        this.options = options;
        this.threads = threads;
        this.progress = progress;
        this.randoms = randoms;
    }

    /** One situation: all that was seen in it. */
    private static final class Situation {
        final OutsourcedKnowledge knowledge;
        /** Messages a server received for each query, lane after lane, without what was only needed once. */
        final Map<Server, List<List<byte[]>>> queries = new EnumMap<>(Server.class);

        final List<double[]> recovered = new ArrayList<>();

        Situation(SharingPlan plan) {
            knowledge = new OutsourcedKnowledge(plan);
            for (Server server : Server.values()) {
                queries.put(server, new ArrayList<>());
            }
        }

        List<List<byte[]>> of(Server server) {
            return queries.getOrDefault(server, List.of());
        }
    }

    /** Runs everything. */
    public AuditReport run() {
        IntegerNetwork first;
        try (Seed seed = SeededRandoms.seed(options.seed());
                Prg weights = seed.generator("weights")) {
            first = AuditedNetworks.first(weights);
        }
        IntegerNetwork second = AuditedNetworks.second(first);
        OutsourcedView view = view(first);
        OutsourcedView other = view(second);
        if (!view.plan().network().steps().equals(other.plan().network().steps())) {
            throw new IllegalStateException("the networks differ in more than their weights");
        }
        IntegerTensor dark = AuditedNetworks.picture(DARK);
        IntegerTensor bright = AuditedNetworks.picture(BRIGHT);
        List<AuditReport.Finding> findings = new ArrayList<>();
        // By position as they come, so that whole transcripts need not be kept.
        Map<Server, PositionStatistics> byInput = positions();
        Map<Server, PositionStatistics> byModel = positions();
        Map<Server, PositionStatistics> setupByModel = positions();
        Situation isDark = observe(view, first, dark, 0, List.of(new Side(byInput, 0)), List.of());
        Situation isBright = observe(
                view,
                first,
                bright,
                1,
                List.of(new Side(byInput, 1), new Side(byModel, 0)),
                List.of(new Side(setupByModel, 0)));
        Situation isOther =
                observe(other, second, bright, 2, List.of(new Side(byModel, 1)), List.of(new Side(setupByModel, 1)));

        progress.begin(3, 4, "tests");
        for (Server server : Server.values()) {
            compare(findings, INPUTS + ": messages", server, get(byInput, server));
            compare(findings, MODELS + ": messages", server, get(byModel, server));
            compare(findings, MODELS + ": deployment and setup", server, get(setupByModel, server));
        }
        for (Server server : Server.values()) {
            testMasks(findings, server, List.of(isDark, isBright, isOther));
        }
        for (Server server : Server.values()) {
            testBlocks(findings, server, List.of(isDark, isBright, isOther));
        }
        try (Seed seed = SeededRandoms.seed(options.seed());
                Prg coins = seed.generator("coins")) {
            for (Server server : Server.values()) {
                guess(findings, "guess: " + INPUTS, server, isDark, isBright, coins);
                guess(findings, "guess: " + MODELS, server, isBright, isOther, coins);
            }
        }
        confirm(findings, view.plan(), other.plan());
        collude(findings, isBright);
        return new AuditReport("outsourced", findings, List.of());
    }

    private OutsourcedView view(IntegerNetwork network) {
        return new OutsourcedView(
                new SharingPlan(Disclosure.LABEL.known(network), SharingSettings.of(Disclosure.LABEL)),
                randoms,
                threads);
    }

    private static Map<Server, PositionStatistics> positions() {
        Map<Server, PositionStatistics> statistics = new EnumMap<>(Server.class);
        for (Server server : Server.values()) {
            statistics.put(server, new PositionStatistics());
        }
        return statistics;
    }

    private static PositionStatistics get(Map<Server, PositionStatistics> statistics, Server server) {
        return statistics.computeIfAbsent(server, s -> new PositionStatistics());
    }

    /** Statistics, and which of their two sides a transcript belongs to. */
    private record Side(Map<Server, PositionStatistics> statistics, int side) {
        void add(Server server, List<byte[]> messages) {
            get(statistics, server).add(side, messages);
        }
    }

    private Situation observe(
            OutsourcedView view,
            IntegerNetwork network,
            IntegerTensor input,
            int step,
            List<Side> queries,
            List<Side> setups) {
        progress.begin(step, 4, options.sessions() * options.queries() + " queries");
        Situation situation = new Situation(view.plan());
        List<int[]> weights = new ArrayList<>();
        List<long[]> biases = new ArrayList<>();
        view.plan().layers().forEach(layer -> {
            Step.Linear linear = (Step.Linear) network.steps().get(layer.step());
            weights.add(linear.weights());
            biases.add(linear.bias());
        });
        for (int session = 0; session < options.sessions(); session++) {
            view.run(
                    network,
                    input,
                    options.queries(),
                    setup -> {
                        situation.knowledge.addDeployment(setup, weights, biases);
                        for (Server server : Server.values()) {
                            List<byte[]> messages = messages(setup, server);
                            // the first names what is deployed by its public hash, see confirm
                            setups.forEach(side -> side.add(server, messages.subList(1, messages.size())));
                        }
                    },
                    query -> {
                        situation.knowledge.addQuery(query);
                        situation.recovered.add(recovered(query, view.plan(), input));
                        for (Server server : Server.values()) {
                            List<byte[]> messages = messages(query, server);
                            queries.forEach(side -> side.add(server, comparable(messages)));
                            if (situation.of(server).size() < BLOCK_TRANSCRIPTS) {
                                situation.of(server).add(messages);
                            }
                        }
                    });
        }
        return situation;
    }

    private static List<byte[]> messages(Transcript transcript, Server server) {
        List<byte[]> all = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            all.addAll(transcript.of(server).on(lane));
        }
        return all;
    }

    /** Commands name the deployment, the same in all queries of a session: no two of those are independent. */
    private static List<byte[]> comparable(List<byte[]> messages) {
        return messages.stream()
                .map(message -> message.length == SharingPrice.COMMAND_BYTES ? new byte[message.length] : message)
                .toList();
    }

    // ---- two situations

    private static void compare(
            List<AuditReport.Finding> findings, String attack, Server server, PositionStatistics statistics) {
        if (!statistics.sameLengths()) {
            findings.add(alarm(
                    attack, server.description(), statistics.transcripts(), true, false, "lengths of messages differ"));
            return;
        }
        PadStatistics.Result result = statistics.result();
        findings.add(alarm(
                attack,
                server.description(),
                statistics.transcripts(),
                result.isFlagged(),
                false,
                evidence(result.worst())));
    }

    private static String evidence(PadStatistics.Check check) {
        return String.format(Locale.ROOT, "%s, p = %.1e", check.name(), check.probability());
    }

    // ---- masks

    private static List<MaskedValues> enough(List<MaskedValues> values) {
        return values.stream()
                .filter(of -> of.queries() * of.length() >= 2 * MaskStatistics.fewestValues())
                .toList();
    }

    private static void testMasks(List<AuditReport.Finding> findings, Server server, List<Situation> situations) {
        List<MaskedValues> all = situations.stream()
                .flatMap(situation -> enough(situation.knowledge.of(server)).stream())
                .toList();
        findings.add(masks("masks, as built", server, all, values -> values, false));
        for (SimulatedMaskFault fault : SimulatedMaskFault.values()) {
            findings.add(masks("masks, " + fault.description(), server, all, fault::apply, true));
        }
    }

    /** One row: in how many of the server's values the test raises an alarm. */
    private static AuditReport.Finding masks(
            String attack,
            Server server,
            List<MaskedValues> all,
            Function<MaskedValues, MaskedValues> build,
            boolean mustBeCaught) {
        int flagged = 0;
        String detail = "";
        double least = 2;
        for (MaskedValues values : all) {
            PadStatistics.Result result = MaskStatistics.apply(build.apply(values));
            // each of the tests may err with its probability, so that all together do so as rarely
            boolean isFlagged =
                    mustBeCaught ? result.isFlagged() : result.worst().probability() < result.limit() / all.size();
            flagged += isFlagged ? 1 : 0;
            boolean telling = isFlagged != mustBeCaught || detail.isEmpty();
            if (telling && result.worst().probability() < least) {
                least = result.worst().probability();
                detail = values.name() + ": " + evidence(result.worst());
            }
        }
        return new AuditReport.Finding(
                attack,
                server.description(),
                all.size(),
                AuditReport.Finding.Kind.SHARE,
                (double) flagged / all.size(),
                mustBeCaught ? 1 : 0,
                mustBeCaught ? 1 : 0,
                detail);
    }

    // ---- blocks

    private static void testBlocks(List<AuditReport.Finding> findings, Server server, List<Situation> situations) {
        BlockStatistics asBuilt = new BlockStatistics();
        int transcripts = 0;
        for (Situation situation : situations) {
            for (List<byte[]> messages : situation.of(server)) {
                add(asBuilt, messages);
                transcripts++;
            }
        }
        findings.add(alarm(
                "blocks, as built",
                server.description(),
                transcripts,
                asBuilt.isFlagged(),
                false,
                asBuilt.isFlagged() ? asBuilt.finding() : asBuilt.counted() + " blocks"));
        List<byte[]> earlier = situations.get(0).of(server).get(0);
        for (SimulatedBlockFault fault : SimulatedBlockFault.values()) {
            BlockStatistics broken = new BlockStatistics();
            add(broken, earlier);
            add(broken, fault.apply(earlier));
            findings.add(alarm(
                    "blocks, " + fault.description(),
                    server.description(),
                    2,
                    broken.isFlagged(),
                    true,
                    broken.finding()));
        }
    }

    private static void add(BlockStatistics statistics, List<byte[]> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).length >= LEAST_BLOCK_MESSAGE) {
                statistics.add(i, HEADER_BYTES, messages.get(i));
            }
        }
    }

    // ---- games

    private static void guess(
            List<AuditReport.Finding> findings,
            String attack,
            Server server,
            Situation one,
            Situation other,
            Prg coins) {
        List<MaskedValues> first = perQuery(one, server);
        List<MaskedValues> second = perQuery(other, server);
        findings.add(game(attack + ", as built", server, new GuessingGame(first, second), coins, false));
        for (SimulatedMaskFault fault : SimulatedMaskFault.values()) {
            if (fault == SimulatedMaskFault.SHORT) {
                continue; // what is left hides small differences in most queries: found by the test of masks, over many
            }
            GuessingGame broken = new GuessingGame(
                    first.stream().map(fault::apply).toList(),
                    second.stream().map(fault::apply).toList());
            findings.add(game(attack + ", " + fault.description(), server, broken, coins, true));
        }
    }

    /** What is seen once a query; deployments are fewer. */
    private static List<MaskedValues> perQuery(Situation situation, Server server) {
        List<MaskedValues> all = situation.knowledge.of(server);
        int queries = all.stream().mapToInt(MaskedValues::queries).max().orElse(0);
        return all.stream().filter(values -> values.queries() == queries).toList();
    }

    private static AuditReport.Finding game(
            String attack, Server server, GuessingGame game, Prg coins, boolean mustBeWon) {
        int games = game.games();
        double share = (double) game.play(coins) / games;
        // five standard deviations of fair coins
        double tolerance = 5 * 0.5 / Math.sqrt(games);
        return new AuditReport.Finding(
                attack,
                server.description(),
                games,
                AuditReport.Finding.Kind.SHARE,
                share,
                mustBeWon ? BROKEN_GAME : Math.max(0, 0.5 - tolerance),
                mustBeWon ? 1 : Math.min(1, 0.5 + tolerance),
                "");
    }

    // ---- what is public

    /** Whoever guesses all weights cannot confirm the guess with the public description. */
    private static void confirm(List<AuditReport.Finding> findings, SharingPlan one, SharingPlan other) {
        boolean told = !one.network().equals(other.network());
        findings.add(new AuditReport.Finding(
                "guess: " + MODELS + ", by the public description",
                "anyone",
                2,
                AuditReport.Finding.Kind.SHARE,
                told ? 1 : 0.5,
                0.5,
                0.5,
                ""));
    }

    // ---- the assumption

    /** For each query the share of input values that a party gets right: garbler, evaluator, both together. */
    private static double[] recovered(Transcript query, SharingPlan plan, IntegerTensor input) {
        var garbler = query.garbler().shares().get(0);
        var evaluator = query.evaluator().shares().get(0);
        if (garbler == null || evaluator == null) {
            throw new IllegalStateException("a server has no share of the input");
        }
        double[] right = new double[3];
        for (int i = 0; i < garbler.length(); i++) {
            long mask = plan.ring(0).mask();
            right[0] += garbler.get(i) == input.get(i) ? 1 : 0;
            right[1] += evaluator.get(i) == input.get(i) ? 1 : 0;
            right[2] += (garbler.get(i) + evaluator.get(i) & mask) == input.get(i) ? 1 : 0;
        }
        for (int i = 0; i < right.length; i++) {
            right[i] /= garbler.length();
        }
        return right;
    }

    private static void collude(List<AuditReport.Finding> findings, Situation situation) {
        List<String> who = List.of(Server.GARBLER.description(), Server.EVALUATOR.description(), BOTH);
        for (int i = 0; i < who.size(); i++) {
            int party = i;
            double share = situation.recovered.stream()
                    .mapToDouble(right -> right[party])
                    .average()
                    .orElse(0);
            boolean both = party == 2;
            findings.add(new AuditReport.Finding(
                    "pixels of the input read off",
                    who.get(party),
                    situation.recovered.size(),
                    AuditReport.Finding.Kind.SHARE,
                    share,
                    both ? 1 : 0,
                    both ? 1 : 0.01,
                    both ? "why they must not collude" : ""));
        }
    }

    private static AuditReport.Finding alarm(
            String attack, String mode, int transcripts, boolean flagged, boolean mustBeFlagged, String evidence) {
        double expected = mustBeFlagged ? 1 : 0;
        return new AuditReport.Finding(
                attack,
                mode,
                transcripts,
                AuditReport.Finding.Kind.ALARM,
                flagged ? 1 : 0,
                expected,
                expected,
                evidence);
    }
}
