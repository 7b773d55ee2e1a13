package io.tacit.protocol.audit;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.audit.AuditReport.Finding;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.Allowance;
import io.tacit.protocol.privdnn.CoreEvaluation;
import io.tacit.protocol.privdnn.CoreOutputs;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.CorePlan;
import io.tacit.protocol.privdnn.EncryptedPart;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.Owner;
import io.tacit.protocol.privdnn.OwnerLimits;
import io.tacit.protocol.privdnn.PrivDnnPlan;
import io.tacit.protocol.privdnn.ResidueModulus;
import io.tacit.protocol.privdnn.Settings;
import io.tacit.protocol.privdnn.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;

/**
 * The attacks on privdnn, on what both parties really get in each mode, with real encryption. The user's: core filters by least
 * squares from outputs, each of which is a polynomial of degree 2 in the pixels of its window. The owner's: feature maps from
 * what it decrypts. Both must work on the published mode and find nothing on the hardened one; a build that uses its masks
 * twice must be caught. The network is small and its weights known, so that the auditor can judge.
 */
public final class PrivDnnAudit {
    private static final int SIDE = 6;
    private static final int WINDOW = 3;
    private static final int POSITIONS = 16;
    private static final int FEATURES = 1 + WINDOW * WINDOW + WINDOW * WINDOW * (WINDOW * WINDOW + 1) / 2;
    private static final long TIMEOUT_MILLIS = 600_000;

    /** Of 256 uniform residues the mean is below this share of what is expected once in 10^11 times. */
    private static final double ALARM_SHARE = 0.75;

    private static final Range UNKNOWN = Range.of(0, 0); // replaced by the proven range

    private final int images;
    private final SecureRandom random;
    private final Executor threads;
    private final Workers workers;

    /** What one batch showed. */
    private static final class View {
        /** What the user was given of the first step that it was given something of, image after image. */
        long[] user = {};

        private int step = -1;

        void given(int of, long[] values) {
            step = step < 0 ? of : step;
            if (of == step) {
                user = LongStream.concat(Arrays.stream(user), Arrays.stream(values))
                        .toArray();
            }
        }

        /** By prime, position and image. */
        final int[][][] owner = new int[2][POSITIONS][];
    }

    /**
     * @param images of a batch, 8 at least: sixteen times as many windows
     * @param threads runs what it is given at once, in a thread of its own
     */
    public PrivDnnAudit(int images, SecureRandom random, Executor threads, Workers workers) {
        this.images = images;
        this.random = random;
        this.threads = threads;
        this.workers = workers;
    }

    /** Runs both modes in this process, and the attacks. */
    public AuditReport run() {
        List<Finding> findings = new ArrayList<>();
        try (Parties published = new Parties(Mode.PUBLISHED);
                Parties hardened = new Parties(Mode.HARDENED)) {
            for (Parties parties : List.of(published, hardened)) {
                boolean open = parties.mode == Mode.PUBLISHED;
                String mode = open ? "published" : "hardened";
                IntegerTensor pictures = pictures();
                View view = parties.batch(pictures, parties.user);
                double right = extracted(view.user, pictures, parties.truth(pictures));
                findings.add(new Finding(
                        "user: outputs of a core filter foretold for new windows, by least squares",
                        mode,
                        images * POSITIONS / 2,
                        Finding.Kind.SHARE,
                        right,
                        open ? 0.99 : 0,
                        open ? 1 : 0.1,
                        ""));
                double correlation = correlation(parties, view, pictures);
                findings.add(new Finding(
                        "owner: correlation of a feature map with what it decrypts",
                        mode,
                        images * POSITIONS,
                        Finding.Kind.SHARE,
                        correlation,
                        open ? 0.99 : 0,
                        open ? 1 : 0.25,
                        ""));
            }
            findings.add(reuse(hardened, hardened.user, "hardened", false));
            findings.add(reuse(hardened, hardened.reusing(), "hardened, masks used twice", true));
        }
        return new AuditReport("privdnn", findings, List.of());
    }

    // ---- network and pictures

    private IntegerNetwork network() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("picture", new TensorShape(1, SIDE, SIDE), Range.of(0, 255)));
        steps.add(linear("conv1", 0, ConvolutionGeometry.square(1, SIDE, 2, 2, 1, 0)));
        TensorShape squared = steps.get(1).shape();
        steps.add(new Step.Deferred("square", 1, Step.Nonlinearity.SQUARE, null, squared, UNKNOWN));
        steps.add(linear("conv2", 2, ConvolutionGeometry.square(2, SIDE - 1, 2, 2, 1, 0)));
        steps.add(new Step.Activation(
                "relu",
                3,
                Step.Nonlinearity.RELU,
                new int[] {28},
                8,
                255,
                steps.get(3).shape(),
                UNKNOWN));
        steps.add(linear("scores", 4, ConvolutionGeometry.dense(2 * POSITIONS, 3)));
        Preprocessing none = new Preprocessing(
                SIDE, SIDE, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("audit", none, steps, 1.0).withProvenRanges();
    }

    private Step.Linear linear(String name, int source, ConvolutionGeometry geometry) {
        int[] weights = new int[geometry.weightCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(255) - 127;
        }
        return new Step.Linear(name, source, geometry, weights, new long[geometry.outChannels()], UNKNOWN);
    }

    private IntegerTensor pictures() {
        int[] levels = new int[images * SIDE * SIDE];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextInt(256);
        }
        return IntegerTensor.ofInts(images, new TensorShape(1, SIDE, SIDE), levels);
    }

    // ---- the user's attack

    /** Share of the core channel's values in the second half of the images that a fit to the first half foretells exactly. */
    private double extracted(long[] given, IntegerTensor pictures, long[] truth) {
        int half = images / 2 * POSITIONS;
        double[][] features = new double[half][];
        double[] values = new double[half];
        for (int i = 0; i < half; i++) {
            features[i] = features(pictures, i / POSITIONS, i % POSITIONS);
            values[i] = core(given, i);
        }
        LeastSquares fit = new LeastSquares(features, values);
        int right = 0;
        int judged = images * POSITIONS - half;
        for (int i = half; i < half + judged; i++) {
            double foretold = fit.at(features(pictures, i / POSITIONS, i % POSITIONS));
            right += Math.rint(foretold) == core(truth, i) ? 1 : 0;
        }
        return (double) right / judged;
    }

    /** The core channel, the second of two, of image {@code i / POSITIONS} at position {@code i % POSITIONS}. */
    private static long core(long[] values, int i) {
        return values[(i / POSITIONS * 2 + 1) * POSITIONS + i % POSITIONS];
    }

    /** All products of at most two pixels of a window, in units of 255. */
    private static double[] features(IntegerTensor pictures, int image, int position) {
        int side = SIDE - WINDOW + 1;
        double[] pixels = new double[WINDOW * WINDOW];
        for (int i = 0; i < pixels.length; i++) {
            int y = position / side + i / WINDOW;
            int x = position % side + i % WINDOW;
            pixels[i] = pictures.get((image * SIDE + y) * SIDE + x) / 255.0;
        }
        double[] features = new double[FEATURES];
        int at = 0;
        features[at++] = 1;
        for (int i = 0; i < pixels.length; i++) {
            features[at++] = pixels[i];
            for (int j = i; j < pixels.length; j++) {
                features[at++] = pixels[i] * pixels[j];
            }
        }
        return features;
    }

    // ---- the owner's attack

    private double correlation(Parties parties, View view, IntegerTensor pictures) {
        long[] truth = parties.outputs(pictures);
        int n = images * POSITIONS;
        double[] seen = new double[n];
        double[] real = new double[n];
        for (int i = 0; i < n; i++) {
            real[i] = core(truth, i);
        }
        for (int position = 0; position < POSITIONS; position++) {
            long[] combined = parties.modulus.combine(view.owner[0][position], view.owner[1][position]);
            for (int image = 0; image < images; image++) {
                seen[image * POSITIONS + position] = parties.modulus.centred(combined[image]);
            }
        }
        return Math.abs(pearson(seen, real));
    }

    private static double pearson(double[] a, double[] b) {
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < a.length; i++) {
            meanA += a[i] / a.length;
            meanB += b[i] / a.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(Math.max(aa * bb, Double.MIN_NORMAL));
    }

    /**
     * Whether differences of two batches are smaller than uniform residues modulo T are, whose mean distance from zero is T / 4:
     * then they are differences of outputs, which seldom come near their bound.
     */
    private Finding reuse(Parties parties, CoreOutputs core, String mode, boolean caught) {
        View one = parties.batch(pictures(), core);
        View two = parties.batch(pictures(), core);
        double distance = 0;
        for (int position = 0; position < POSITIONS; position++) {
            long[] first = parties.modulus.combine(one.owner[0][position], one.owner[1][position]);
            long[] second = parties.modulus.combine(two.owner[0][position], two.owner[1][position]);
            for (int image = 0; image < images; image++) {
                long difference = Math.floorMod(first[image] - second[image], parties.modulus.product());
                distance += Math.abs(parties.modulus.centred(difference));
            }
        }
        boolean alarm = distance / (images * POSITIONS) < ALARM_SHARE * parties.modulus.product() / 4;
        return new Finding(
                "owner: differences of two batches",
                mode,
                images * POSITIONS,
                Finding.Kind.ALARM,
                alarm ? 1 : 0,
                caught ? 1 : 0,
                caught ? 1 : 0,
                "");
    }

    // ---- both parties

    /** Owner and user of one network in one mode. */
    private final class Parties implements AutoCloseable {
        final Mode mode;
        final IntegerNetwork separated;
        final PrivDnnPlan plan;
        final ResidueModulus modulus;
        final CoreOwner key;
        final CoreEvaluation user;

        Parties(Mode mode) {
            this.mode = mode;
            IntegerNetwork network = network();
            CoreFilters core = new CoreFilters(List.of(1), List.of(1));
            CoreSegment segment = CoreSegment.of(network);
            separated = Separation.separated(network, segment, core);
            IntegerNetwork clearPart = Separation.clearPart(network, segment, core);
            CorePlan corePlan = CorePlan.of(EncryptedPart.shape(clearPart, segment, core), mode);
            modulus = new ResidueModulus(corePlan.prime(0), corePlan.prime(1));
            plan = new PrivDnnPlan(clearPart, segment, core, modulus, Settings.of(mode, Disclosure.SCORES));
            List<byte[]> records = new ArrayList<>();
            try (Seed seed = Seed.random(random);
                    Seed encryption = Seed.random(random);
                    Prg prg = encryption.generator("audit")) {
                key = new CoreOwner(corePlan, seed);
                key.encrypt(EncryptedPart.core(separated, segment, core), prg, (record, bytes) -> records.add(bytes));
            }
            user = new CoreEvaluation(
                    corePlan,
                    EncryptedPart.plain(clearPart, segment, core),
                    key.relinearizationKey(),
                    key.publicKey(),
                    records::get,
                    Runtime.getRuntime().maxMemory() / 4,
                    workers);
        }

        /** A build that draws the same masks for every batch. */
        CoreOutputs reusing() {
            return new CoreOutputs() {
                @Override
                public int mostScale() {
                    return user.mostScale();
                }

                @Override
                public void published(int[][] pixels, int[] scales, ReturnedSink sink) {
                    user.published(pixels, scales, sink);
                }

                @Override
                public void hardened(int[][] pixels, Prg masks, MaskedSink sink) {
                    try (Seed same = Seed.of(new byte[Seed.BYTES]);
                            Prg again = same.generator("audit", "simulated fault")) {
                        user.hardened(pixels, again, sink);
                    }
                }
            };
        }

        /** The outputs of the second convolution. */
        long[] outputs(IntegerTensor pictures) {
            return step(pictures, plan.segment().boundary());
        }

        /** What the user would like to have of the step that it was given values of: the outputs, or the step behind them. */
        long[] truth(IntegerTensor pictures) {
            return step(pictures, plan.segment().boundary() + (mode == Mode.PUBLISHED ? 0 : 1));
        }

        private long[] step(IntegerTensor pictures, int step) {
            return new IntegerEvaluator(separated, Workers.NONE)
                    .evaluateAll(pictures)
                    .get(step)
                    .to(IntegerTensor.Width.LONG)
                    .longs();
        }

        View batch(IntegerTensor pictures, CoreOutputs core) {
            View view = new View();
            MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
            Owner owner = new Owner(
                    plan,
                    key,
                    OwnerLimits.DEFAULT,
                    random,
                    workers,
                    (prime, filter, position, residues) -> view.owner[prime][position] = residues.clone());
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> owner.serve(lane.left(), Allowance.UNLIMITED), threads);
            try (User asking = User.connect(plan, lane.right(), core, random, workers, threads, view::given)) {
                asking.predict(pictures, share -> {});
            }
            try {
                served.join();
            } catch (CompletionException e) {
                throw new IllegalStateException("the owner failed", e);
            }
            return view;
        }

        @Override
        public void close() {
            key.close();
        }
    }
}
