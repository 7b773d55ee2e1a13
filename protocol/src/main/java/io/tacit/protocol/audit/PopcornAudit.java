package io.tacit.protocol.audit;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.audit.AuditReport.Finding;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.Allowance;
import io.tacit.protocol.popcorn.Client;
import io.tacit.protocol.popcorn.KeyHolder;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.PublishedClient;
import io.tacit.protocol.popcorn.PublishedPlan;
import io.tacit.protocol.popcorn.PublishedServer;
import io.tacit.protocol.popcorn.Server;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The attack on popcorn's multiplicative masks, on what a client really decrypts in published mode, and a statistical test of what it
 * decrypts in hardened mode, which must find nothing there and something where masks are too short. The network is a layer of
 * known weights, so that the auditor can judge what the attacker finds.
 */
public final class PopcornAudit {
    private static final int INPUTS = 16;
    private static final int VALUES = 24;
    private static final int BRIGHT = 255;

    /** Bits by which the masks of the simulated build are too short. */
    private static final int MISSING_BITS = 40;

    private static final int BINS = 16;

    private final PaillierKeys keys;
    private final int queries;
    private final SecureRandom random;
    private final Executor threads;
    private final Workers workers;

    /**
     * @param keys of 2048 bits; the caller closes them
     * @param queries for each of two inputs in hardened mode, some hundreds
     * @param threads runs what it is given at once, in a thread of its own
     */
    public PopcornAudit(PaillierKeys keys, int queries, SecureRandom random, Executor threads, Workers workers) {
        this.keys = keys;
        this.queries = queries;
        this.random = random;
        this.threads = threads;
        this.workers = workers;
    }

    /** Runs both modes in this process and the tests on what the client decrypted. */
    public AuditReport run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(divisors());
        findings.addAll(masks());
        return new AuditReport("popcorn", findings, List.of());
    }

    private static ServerLimits limits() {
        return ServerLimits.usual();
    }

    private static IntegerNetwork network(int inputs, int[] weights, boolean scaled) {
        TensorShape in = new TensorShape(inputs, 1, 1);
        int values = weights.length / inputs;
        TensorShape out = new TensorShape(values, 1, 1);
        Range unknown = Range.of(0, 0); // replaced by the proven range
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("input", in, Range.of(0, BRIGHT)));
        steps.add(new Step.Linear(
                "layer", 0, ConvolutionGeometry.dense(inputs, values), weights, new long[values], unknown));
        steps.add(
                scaled
                        ? new Step.Activation("relu", 1, Step.Nonlinearity.RELU, new int[] {8}, 8, BRIGHT, out, unknown)
                        : new Step.Deferred("relu", 1, Step.Nonlinearity.RELU, null, out, unknown));
        int[] last = new int[2 * values];
        Arrays.fill(last, 1);
        steps.add(new Step.Linear("scores", 2, ConvolutionGeometry.dense(values, 2), last, new long[2], unknown));
        Preprocessing none =
                new Preprocessing(1, 1, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("audit", none, steps, 1.0).withProvenRanges();
    }

    // ---- published

    /** Bits of each activation that its divisors give away, sign and length included. */
    private Finding divisors() {
        int[] weights = new int[INPUTS * VALUES];
        int[] pixels = new int[INPUTS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(255) - 127;
        }
        for (int i = 0; i < INPUTS; i++) {
            pixels[i] = random.nextInt(BRIGHT + 1);
        }
        IntegerNetwork network = network(INPUTS, weights, false);
        Set<Long> activations = new HashSet<>();
        for (int v = 0; v < VALUES; v++) {
            long sum = 0;
            for (int i = 0; i < INPUTS; i++) {
                sum += (long) weights[v * INPUTS + i] * pixels[i];
            }
            activations.add(Math.abs(sum));
        }
        List<BigInteger> masked = published(network, pixels);
        int bits = network.steps().get(1).range().signedBits();
        double known = 0;
        int judged = 0;
        boolean right = true;
        for (BigInteger y : masked) {
            if (y.signum() != 0) {
                List<Long> candidates = DivisorAttack.candidates(y);
                right &= candidates.stream().anyMatch(activations::contains);
                // the sign is hidden by that of r
                known += bits - 1 - Math.log(Math.max(1, candidates.size())) / Math.log(2);
                judged++;
            }
        }
        double share = right && judged > 0 ? known / judged / bits : 0;
        return new Finding(
                "bits of activations, from divisors of masked values",
                "published",
                judged,
                Finding.Kind.SHARE,
                share,
                0.5,
                1,
                String.format("%.1f of %d bits each", share * bits, bits));
    }

    private List<BigInteger> published(IntegerNetwork network, int[] pixels) {
        Settings settings = Settings.of(Mode.PUBLISHED, KeyLength.BITS_2048, Disclosure.SCORES, 1);
        PublishedPlan plan = new PublishedPlan(PublicNetwork.of(network), settings);
        MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", 600_000);
        PublishedServer server = new PublishedServer(network, limits(), random, workers);
        threads.execute(() -> server.serve(lane.left(), Allowance.UNLIMITED));
        List<BigInteger> seen = new ArrayList<>();
        try (PublishedClient client = PublishedClient.connect(plan, watching(lane, seen))) {
            client.predict(IntegerTensor.ofInts(1, network.input().shape(), pixels));
        }
        return seen;
    }

    private KeyHolder watching(MemoryChannel.Pair lane, List<BigInteger> seen) {
        return new KeyHolder(
                lane.right(), keys, random, workers, threads, (step, values) -> seen.addAll(Arrays.asList(values)));
    }

    // ---- hardened

    /** One value, as large as it can be and as small: its masked forms must look alike. */
    private List<Finding> masks() {
        IntegerNetwork network = network(2, new int[] {127, -127}, true);
        PopcornPlan plan = new PopcornPlan(
                PublicNetwork.of(network), Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, 1));
        int maskBits = plan.rounds().get(0).maskBits();
        BigInteger[] large = hardened(network, plan, new int[] {BRIGHT, 0});
        BigInteger[] small = hardened(network, plan, new int[] {0, BRIGHT});
        BigInteger most = BigInteger.valueOf(127L * BRIGHT);
        int shortBits = maskBits - MISSING_BITS;
        return List.of(
                finding("two inputs told apart by masked values", "hardened", large, small, maskBits, 0),
                finding(
                        "two inputs told apart by masked values",
                        "masks " + MISSING_BITS + " bits short",
                        shortened(large, most, shortBits),
                        shortened(small, most.negate(), shortBits),
                        shortBits,
                        1));
    }

    private BigInteger[] hardened(IntegerNetwork network, PopcornPlan plan, int[] pixels) {
        MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", 600_000);
        Server server = new Server(network, Disclosure.SCORES, limits(), random, workers);
        threads.execute(() -> server.serve(lane.left(), Allowance.UNLIMITED));
        List<BigInteger> seen = new ArrayList<>();
        IntegerTensor input = IntegerTensor.ofInts(1, network.input().shape(), pixels);
        try (Client client = Client.connect(plan, watching(lane, seen))) {
            for (int query = 0; query < queries; query++) {
                client.predict(input);
            }
        }
        return seen.toArray(BigInteger[]::new);
    }

    /** The values as a build would have sent them whose masks have that many bits: with c = a + rho and a known, rho is known. */
    private static BigInteger[] shortened(BigInteger[] masked, BigInteger value, int bits) {
        BigInteger half = BigInteger.ONE.shiftLeft(bits - 1);
        BigInteger[] changed = new BigInteger[masked.length];
        for (int i = 0; i < masked.length; i++) {
            BigInteger rho = masked[i].subtract(value);
            changed[i] = rho.add(half).mod(half.shiftLeft(1)).subtract(half).add(value);
        }
        return changed;
    }

    private static Finding finding(
            String attack, String mode, BigInteger[] left, BigInteger[] right, int maskBits, int alarm) {
        double high = TranscriptComparison.sameDistribution(upper(left, maskBits), upper(right, maskBits));
        double low = TranscriptComparison.sameDistribution(lower(left), lower(right));
        boolean flagged = Math.min(high, low) < PadStatistics.FALSE_ALARM;
        return new Finding(
                attack,
                mode,
                left.length + right.length,
                Finding.Kind.ALARM,
                flagged ? 1 : 0,
                alarm,
                alarm,
                String.format("p = %.2g for upper bits, %.2g for lower", high, low));
    }

    private static long[] upper(BigInteger[] values, int maskBits) {
        BigInteger half = BigInteger.ONE.shiftLeft(maskBits - 1);
        long[] counts = new long[BINS];
        for (BigInteger value : values) {
            long bin = value.add(half)
                    .multiply(BigInteger.valueOf(BINS))
                    .shiftRight(maskBits)
                    .longValue();
            counts[(int) Math.max(0, Math.min(BINS - 1, bin))]++;
        }
        return counts;
    }

    private static long[] lower(BigInteger[] values) {
        long[] counts = new long[BINS];
        for (BigInteger value : values) {
            counts[value.intValue() & BINS - 1]++;
        }
        return counts;
    }
}
