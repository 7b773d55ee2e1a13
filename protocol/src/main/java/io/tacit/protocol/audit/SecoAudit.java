package io.tacit.protocol.audit;

import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.Smudging;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.audit.AuditReport.Finding;
import io.tacit.protocol.audit.SecoView.Lane;
import io.tacit.protocol.audit.SecoView.Link;
import io.tacit.protocol.audit.SecoView.Transcript;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.TwoPartyCircuits;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What two of the three servers of {@code seco} can tell together. Of the published mode: every value that a non-linear
 * step makes, since one of the two garbles and the other evaluates. Of the hardened mode: nothing. Transcripts of the real
 * roles under two inputs, all layers with the servers; messages are compared among queries that the same server evaluates.
 * The same tests must catch masks and labels that are used twice, masks that are short, and key switches without smudging.
 */
public final class SecoAudit {
    private static final int SERVERS = 3;
    private static final String INPUTS = "dark picture or bright one";
    private static final int DARK = 0;
    private static final int BRIGHT = 255;

    /** The gateway, who garbles nothing when published; the garbler; the evaluator. */
    private static final int GATEWAY = 0;

    private static final int GARBLER = 1;

    /** Every two servers, and the last two first: those of the attack. */
    private static final List<Set<Integer>> COALITIONS = List.of(Set.of(1, 2), Set.of(0, 1), Set.of(0, 2));

    /** A value of 256 levels is read off by chance more often than values of 20 bits are. */
    private static final double CHANCE = 0.02;

    private static final double BROKEN_GAME = 0.9;

    /** Messages below this hold commands, names and counts: alike in all transcripts. */
    private static final int LEAST_BLOCK_MESSAGE = 96;

    private static final int STATISTICAL_BITS = 50;

    private final Options options;
    private final Executor threads;
    private final AuditProgress progress;
    private final Function<String, SecureRandom> randoms;

    /**
     * @param sessions a situation, each with new shares, keys and transfers
     * @param queries a session; even
     * @param plays of the game on key switches, for either side; even
     * @param seed names every share, mask, key and coin
     */
    public record Options(int sessions, int queries, int plays, String seed) {
        /** As the project states its figures: 64 queries in each of two situations. */
        public static Options full() {
            return new Options(4, 16, 64, "tacit audit seco");
        }

        /** A fast look: 16 queries in each. */
        public static Options quick() {
            return new Options(2, 8, 32, "tacit audit seco");
        }
    }

    /** @param threads runs what it is given at once, each in a thread of its own */
    public SecoAudit(Options options, Executor threads, AuditProgress progress) {
        this(options, threads, progress, new SeededRandoms(options.seed()));
    }

    /** @param randoms the source of a party's randomness, by role, asked once a session */
    SecoAudit(Options options, Executor threads, AuditProgress progress, Function<String, SecureRandom> randoms) {
        if (options.sessions() < 1 || options.queries() < 2 || options.queries() % 2 != 0 || options.plays() % 2 != 0) {
            throw new IllegalArgumentException(options + ": a session has an even number of queries");
        }
        this.options = options;
        this.threads = threads;
        this.progress = progress;
        this.randoms = randoms;
    }

    /** What a coalition saw of one situation. */
    private static final class Knowledge {
        final Map<Integer, List<long[]>> seen = new LinkedHashMap<>();
        final Map<Integer, List<long[]>> data = new LinkedHashMap<>();
        int values;
        int right;

        void add(Transcript transcript, Set<Integer> coalition) {
            for (int block : transcript.opened().keySet()) {
                long[] known = transcript.known(block, coalition);
                long[] truth = truth(transcript, block);
                seen.computeIfAbsent(block, b -> new ArrayList<>()).add(known);
                data.computeIfAbsent(block, b -> new ArrayList<>()).add(truth);
                count(known, truth);
            }
        }

        void count(long[] known, long[] truth) {
            values += truth.length;
            right += (int) IntStream.range(0, truth.length)
                    .filter(i -> known[i] == truth[i])
                    .count();
        }

        List<MaskedValues> masked(SecoPlan plan) {
            List<MaskedValues> all = new ArrayList<>();
            seen.forEach((block, values) -> {
                Block made = plan.rest().blocks().get(block);
                if (values.size() * values.get(0).length < 2 * MaskStatistics.fewestValues()) {
                    return; // too few to tell
                }
                all.add(new MaskedValues(
                        "results of " + made.name(), made.outputBits(), values, data.getOrDefault(block, List.of())));
            });
            return all;
        }
    }

    /** The clear values: all masks together, as nobody but the auditor has them. */
    private static long[] truth(Transcript transcript, int block) {
        return transcript.known(block, Set.of(0, 1, 2));
    }

    /** Runs everything. */
    public AuditReport run() {
        IntegerNetwork network;
        try (Seed seed = SeededRandoms.seed(options.seed());
                Prg weights = seed.generator("weights")) {
            network = AuditedNetworks.first(weights);
        }
        List<Finding> findings = new ArrayList<>();
        published(findings, network);
        hardened(findings, network);
        progress.begin(3, 4, 4 * options.plays() + " key switches");
        smudging(findings);
        return new AuditReport("seco", findings, List.of());
    }

    private SecoView view(Mode mode, IntegerNetwork network) {
        return new SecoView(
                new SecoPlan(
                        mode,
                        0,
                        Optional.empty(),
                        Disclosure.LABEL.known(network),
                        Disclosure.LABEL,
                        SERVERS,
                        PackingGoal.LEAST_TIME),
                randoms,
                threads);
    }

    // ---- the published mode

    private void published(List<Finding> findings, IntegerNetwork network) {
        progress.begin(0, 4, options.queries() + " published queries");
        SecoView view = view(Mode.PUBLISHED, network);
        Knowledge both = new Knowledge();
        IntegerTensor input = AuditedNetworks.picture(BRIGHT);
        view.run(network, input, options.queries(), transcript -> {
            for (int block : transcript.opened().keySet()) {
                both.count(decoded(view.plan(), transcript, block), truth(transcript, block));
            }
        });
        findings.add(readOff("published", COALITIONS.get(0), both, true));
    }

    /** Garbler and evaluator: both know their masks, and the garbler was told the gateway's. */
    private static long[] decoded(SecoPlan plan, Transcript transcript, int block) {
        List<byte[]> fromGateway =
                transcript.messages().getOrDefault(new Link(GARBLER, GATEWAY, Lane.CIRCUITS), List.of());
        byte[] given = fromGateway.get(fromGateway.size() - 1);
        long[] known = transcript.known(block, COALITIONS.get(0));
        try (Seed seed = Seed.of(given)) {
            RingVector mask = TwoPartyCircuits.mask(
                    plan.rest(), seed, plan.rest().blocks().get(block));
            for (int i = 0; i < known.length; i++) {
                known[i] = known[i] + mask.get(i) & mask.ring().mask();
            }
        }
        return known;
    }

    private static Finding readOff(String mode, Set<Integer> who, Knowledge knowledge, boolean all) {
        return new Finding(
                "results of non-linear steps read off",
                mode + ", " + name(who),
                knowledge.values,
                Finding.Kind.SHARE,
                (double) knowledge.right / knowledge.values,
                all ? 1 : 0,
                all ? 1 : CHANCE,
                all ? "one garbles, the other evaluates" : "");
    }

    private static String name(Set<Integer> coalition) {
        int[] servers = coalition.stream().mapToInt(Integer::intValue).sorted().toArray();
        return Arrays.stream(servers)
                .mapToObj(server -> server == GATEWAY ? "gateway" : "server-" + server)
                .reduce((a, b) -> a + " and " + b)
                .orElseThrow();
    }

    // ---- the hardened mode

    private void hardened(List<Finding> findings, IntegerNetwork network) {
        SecoView view = view(Mode.HARDENED, network);
        List<Map<Integer, PositionStatistics>> messages = new ArrayList<>(); // by coalition, by evaluator
        List<BlockStatistics> blocks = new ArrayList<>();
        List<List<byte[]>> earlier = new ArrayList<>();
        List<List<Knowledge>> knowledge = new ArrayList<>(); // by coalition, by situation
        for (int i = 0; i < COALITIONS.size(); i++) {
            messages.add(new TreeMap<>());
            blocks.add(new BlockStatistics());
            earlier.add(List.of());
            knowledge.add(List.of(new Knowledge(), new Knowledge()));
        }
        for (int side = 0; side < 2; side++) {
            int situation = side;
            progress.begin(1 + side, 4, options.sessions() * options.queries() + " hardened queries");
            IntegerTensor input = AuditedNetworks.picture(side == 0 ? DARK : BRIGHT);
            for (int session = 0; session < options.sessions(); session++) {
                view.run(network, input, options.queries(), transcript -> {
                    for (int i = 0; i < COALITIONS.size(); i++) {
                        messages.get(i)
                                .computeIfAbsent(transcript.evaluator(), e -> new PositionStatistics())
                                .add(situation, transcript.receivedBy(COALITIONS.get(i)));
                        knowledge.get(i).get(situation).add(transcript, COALITIONS.get(i));
                        if (COALITIONS.get(i).contains(transcript.evaluator())) { // who gets labels
                            earlier.set(i, transcript.labelsFrom(other(COALITIONS.get(i))));
                            add(blocks.get(i), earlier.get(i));
                        }
                    }
                });
            }
        }
        try (Seed seed = SeededRandoms.seed(options.seed());
                Prg coins = seed.generator("coins")) {
            for (int i = 0; i < COALITIONS.size(); i++) {
                String who = name(COALITIONS.get(i));
                messages.get(i).forEach((evaluator, statistics) -> compare(findings, who, evaluator, statistics));
                labels(findings, who, blocks.get(i), earlier.get(i));
                for (Knowledge situation : knowledge.get(i)) {
                    findings.add(readOff("hardened", COALITIONS.get(i), situation, false));
                }
                List<MaskedValues> dark = knowledge.get(i).get(0).masked(view.plan());
                List<MaskedValues> bright = knowledge.get(i).get(1).masked(view.plan());
                masks(findings, who, dark, bright);
                guess(findings, who, dark, bright, coins);
            }
        }
    }

    /** The server that is not one of these. */
    private static int other(Set<Integer> coalition) {
        return IntStream.range(0, SERVERS)
                .filter(server -> !coalition.contains(server))
                .findFirst()
                .orElseThrow();
    }

    /** Looks at what may hold labels. */
    static void add(BlockStatistics statistics, List<byte[]> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).length >= LEAST_BLOCK_MESSAGE) {
                statistics.add(i, 0, messages.get(i));
            }
        }
    }

    /** A label that comes twice, in whatever queries, is enough: a server that draws the same randomness again is caught. */
    private static void labels(List<Finding> findings, String who, BlockStatistics asBuilt, List<byte[]> earlier) {
        findings.add(alarm(
                "labels, as built",
                who,
                Math.toIntExact(asBuilt.counted()),
                asBuilt.isFlagged(),
                asBuilt.isFlagged() ? asBuilt.finding() : asBuilt.counted() + " blocks"));
        for (SimulatedBlockFault fault : SimulatedBlockFault.values()) {
            BlockStatistics broken = new BlockStatistics();
            add(broken, earlier);
            add(broken, fault.apply(earlier));
            findings.add(new Finding(
                    "labels, " + fault.description(),
                    "hardened, " + who,
                    Math.toIntExact(broken.counted()),
                    Finding.Kind.ALARM,
                    broken.isFlagged() ? 1 : 0,
                    1,
                    1,
                    broken.finding()));
        }
    }

    private static void compare(List<Finding> findings, String who, int evaluator, PositionStatistics statistics) {
        String attack = INPUTS + ": messages, evaluated by " + name(Set.of(evaluator));
        if (!statistics.sameLengths()) {
            findings.add(alarm(attack, who, statistics.transcripts(), true, "lengths of messages differ"));
            return;
        }
        PadStatistics.Result result = statistics.result();
        findings.add(alarm(attack, who, statistics.transcripts(), result.isFlagged(), evidence(result.worst())));
    }

    private static Finding alarm(String attack, String who, int transcripts, boolean flagged, String evidence) {
        return new Finding(
                attack, "hardened, " + who, transcripts, Finding.Kind.ALARM, flagged ? 1 : 0, 0, 0, evidence);
    }

    private static String evidence(PadStatistics.Check check) {
        return String.format(Locale.ROOT, "%s, p = %.1e", check.name(), check.probability());
    }

    private static void masks(List<Finding> findings, String who, List<MaskedValues> dark, List<MaskedValues> bright) {
        List<MaskedValues> all = new ArrayList<>(dark);
        all.addAll(bright);
        findings.add(masks("masks, as built", who, all, values -> values, false));
        for (SimulatedMaskFault fault : SimulatedMaskFault.values()) {
            findings.add(masks("masks, " + fault.description(), who, all, fault::apply, true));
        }
    }

    private static Finding masks(
            String attack,
            String who,
            List<MaskedValues> all,
            Function<MaskedValues, MaskedValues> build,
            boolean mustBeCaught) {
        int flagged = 0;
        String detail = "";
        for (MaskedValues values : all) {
            PadStatistics.Result result = MaskStatistics.apply(build.apply(values));
            // each of the tests may err with its probability, so that all together do so as rarely
            boolean isFlagged =
                    mustBeCaught ? result.isFlagged() : result.worst().probability() < result.limit() / all.size();
            flagged += isFlagged ? 1 : 0;
            if (isFlagged != mustBeCaught || detail.isEmpty()) {
                detail = values.name() + ": " + evidence(result.worst());
            }
        }
        double expected = mustBeCaught ? 1 : 0;
        return new Finding(
                attack,
                "hardened, " + who,
                all.size(),
                Finding.Kind.SHARE,
                (double) flagged / all.size(),
                expected,
                expected,
                detail);
    }

    private static void guess(
            List<Finding> findings, String who, List<MaskedValues> dark, List<MaskedValues> bright, Prg coins) {
        findings.add(game(INPUTS + ", as built", "hardened, " + who, new GuessingGame(dark, bright), coins, false));
        SimulatedMaskFault fault = SimulatedMaskFault.REUSED_OVER_QUERIES;
        GuessingGame broken = new GuessingGame(
                dark.stream().map(fault::apply).toList(),
                bright.stream().map(fault::apply).toList());
        findings.add(game(INPUTS + ", " + fault.description(), "hardened, " + who, broken, coins, true));
    }

    private static Finding game(String attack, String mode, GuessingGame game, Prg coins, boolean mustBeWon) {
        return game("guess: " + attack, mode, game.games(), (double) game.play(coins) / game.games(), mustBeWon);
    }

    private static Finding game(String attack, String mode, int games, double share, boolean mustBeWon) {
        // five standard deviations of fair coins
        double tolerance = 5 * 0.5 / Math.sqrt(games);
        return new Finding(
                attack,
                mode,
                games,
                Finding.Kind.SHARE,
                share,
                mustBeWon ? BROKEN_GAME : Math.max(0, 0.5 - tolerance),
                mustBeWon ? 1 : Math.min(1, 0.5 + tolerance),
                "");
    }

    // ---- key switches

    private void smudging(List<Finding> findings) {
        String attack = "guess: another server's polynomial, by the noise of a key switch";
        try (Seed seed = SeededRandoms.seed(options.seed())) {
            for (boolean smudged : new boolean[] {true, false}) {
                SmudgingGame game = new SmudgingGame(
                        SecurityLevel.STANDARD, smudged ? Smudging.ofBits(STATISTICAL_BITS) : Smudging.NONE, seed);
                findings.add(game(
                        attack,
                        smudged ? "hardened, gateway and server-1" : "published, gateway and server-1",
                        options.plays(),
                        game.play(options.plays()),
                        !smudged));
            }
        }
    }
}
