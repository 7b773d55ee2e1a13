package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.image.Picture;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.securenets.Mode;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

/**
 * The attacks on SecureNets' published mode, run against the real roles in every mode: labels from what a cloud receives, the
 * paper's own game by computing a rank, and the test of the pads, which must also catch pads that are broken.
 */
public final class SecureNetsAudit {
    private static final String LABELS = "labels: ones row, pixel matching, nearest neighbours";
    private static final String LABELS_AS_IS = "labels: nearest neighbours of the bytes as they are";
    private static final String RANK = "rank game";
    private static final String PADS = "pad test";
    private static final String INPUTS = "dark pictures or bright ones";
    private static final int LARGEST_WEIGHT = 127;
    private static final int EXHIBITS = 6;

    private final GreyImages publicImages;
    private final GreyImages secretImages;
    private final Options options;
    private final Executor clouds;
    private final Workers workers;
    private final AuditProgress progress;

    /**
     * @param images number of class-balanced images that labels are taken of
     * @param games rounds of the rank game
     * @param padImages images of each of the two sessions that the pad test, or the comparison of inputs, works on
     * @param seed names the choice of images, the coins, and every mask and pad: equal seeds, equal reports
     */
    public record Options(int images, int games, int padImages, String seed) {
        /** As the project states its figures: 2,000 images, 1,000 games. */
        public static Options full() {
            return new Options(2_000, 1_000, 200, "tacit audit securenets");
        }

        /** A fast look: 200 images, 300 games. */
        public static Options quick() {
            return new Options(200, 300, 50, "tacit audit securenets");
        }
    }

    /**
     * @param publicImages what the attacker has: labelled pictures of the same kind, such as MNIST's training set
     * @param secretImages what the user's images are chosen from, such as MNIST's test set
     * @param clouds runs clouds, each in a thread of its own, up to three at a time
     * @param workers where the attacker's arithmetic runs
     */
    public SecureNetsAudit(
            LabelledImages publicImages,
            LabelledImages secretImages,
            Options options,
            Executor clouds,
            Workers workers,
            AuditProgress progress) {
        if (publicImages.width() != secretImages.width() || publicImages.height() != secretImages.height()) {
            throw new IllegalArgumentException("public and secret pictures have different sizes");
        }
        this.publicImages = GreyImages.of(publicImages);
        this.secretImages = GreyImages.of(secretImages);
        this.options = options;
        this.clouds = clouds;
        this.workers = workers;
        this.progress = progress;
    }

    /** Runs everything. */
    public AuditReport run() {
        List<AuditReport.Finding> findings = new ArrayList<>();
        List<AuditReport.Exhibit> exhibits = new ArrayList<>();
        try (Seed seed = seed()) {
            GreyImages images;
            IntegerNetwork network;
            try (Prg prg = seed.generator("images");
                    Prg weights = seed.generator("weights")) {
                images = secretImages.balanced(options.images(), prg);
                network = SecureNetsView.denseNetwork(images.width(), images.height(), LARGEST_WEIGHT, weights);
            }
            int steps = 4 * Mode.values().length;
            int step = 0;
            LabelInference inference = new LabelInference(publicImages, workers);
            for (Mode mode : modes()) {
                progress.begin(step++, steps, "labels, " + mode.description());
                inferLabels(inference, view(mode, network, seed, "labels"), images, findings, exhibits);
            }
            for (Mode mode : modes()) {
                progress.begin(step++, steps, "rank game, " + mode.description());
                playRankGame(view(mode, network, seed, "rank"), seed, findings);
            }
            for (Mode mode : modes()) {
                progress.begin(step++, steps, "pad test, " + mode.description());
                testPads(view(mode, network, seed, "pads"), images, findings);
            }
            for (Mode mode : modes()) {
                progress.begin(step++, steps, "two inputs, " + mode.description());
                compareInputs(view(mode, network, seed, "inputs"), images, findings);
            }
        }
        return new AuditReport("securenets", findings, exhibits);
    }

    private static List<Mode> modes() {
        return List.of(Mode.PUBLISHED, Mode.BLINDED_ONE, Mode.BLINDED_TWO, Mode.BLINDED_THREE);
    }

    private Seed seed() {
        byte[] bytes = Arrays.copyOf(options.seed().getBytes(StandardCharsets.UTF_8), Seed.BYTES);
        try (Seed named = Seed.of(bytes)) {
            return named.derive("audit", options.seed());
        }
    }

    private SecureNetsView view(Mode mode, IntegerNetwork network, Seed seed, String purpose) {
        byte[] bytes = new byte[Seed.BYTES];
        try (Prg prg = seed.generator("session", purpose, mode.name())) {
            prg.fill(bytes, 0, bytes.length);
            // A generator that is set before its first use gives the same masks every time: an audit can be repeated.
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(bytes);
            return new SecureNetsView(mode, network, random, clouds, workers);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA1PRNG", e);
        }
    }

    private void inferLabels(
            LabelInference inference,
            SecureNetsView view,
            GreyImages images,
            List<AuditReport.Finding> findings,
            List<AuditReport.Exhibit> exhibits) {
        Mode mode = view.mode();
        ResidueMatrix received = view.send(images);
        int[] imageOf = mode.isBlinded() ? identity(images.count()) : ColumnIdentity.imageOfColumn(received, images);
        LabelInference.Guess guess = inference.infer(received);
        findings.add(labels(LABELS, mode, images, imageOf, guess));
        for (int column = 0; column < imageOf.length; column++) {
            if (imageOf[column] < EXHIBITS) { // the same pictures in every mode
                exhibits.add(exhibit(mode, images, imageOf[column], received, column, guess));
            }
        }
        if (mode.isBlinded()) {
            findings.add(labels(LABELS_AS_IS, mode, images, imageOf, inference.readAsIs(received)));
        }
    }

    private static AuditReport.Finding labels(
            String attack, Mode mode, GreyImages images, int[] imageOf, LabelInference.Guess guess) {
        int right = 0;
        for (int column = 0; column < imageOf.length; column++) {
            right += guess.labels()[column] == images.label(imageOf[column]) ? 1 : 0;
        }
        String detail = guess.explainedRows() + " of " + images.pixels() + " pixel rows unmasked";
        return new AuditReport.Finding(
                attack,
                mode.description(),
                imageOf.length,
                AuditReport.Finding.Kind.SHARE,
                (double) right / imageOf.length,
                mode.isBlinded() ? 0 : 0.95,
                mode.isBlinded() ? 1.0 / images.classes() + tolerance(0.03, 2_000, imageOf.length) : 1,
                detail);
    }

    private AuditReport.Exhibit exhibit(
            Mode mode, GreyImages images, int image, ResidueMatrix received, int column, LabelInference.Guess guess) {
        int pixels = images.pixels();
        byte[] high = new byte[pixels];
        for (int row = 0; row < pixels; row++) {
            high[row] = (byte) received.part(row, column, 256);
        }
        byte[] seen = Arrays.copyOfRange(guess.pictures(), column * pixels, (column + 1) * pixels);
        return new AuditReport.Exhibit(
                mode.description(),
                images.label(image),
                guess.labels()[column],
                images.picture(image),
                new Picture(1, images.height(), images.width(), high),
                new Picture(1, images.height(), images.width(), seen));
    }

    private void playRankGame(SecureNetsView view, Seed seed, List<AuditReport.Finding> findings) {
        Mode mode = view.mode();
        try (Prg prg = seed.generator("coins", mode.name())) {
            int won = new RankGame(secretImages, view).play(options.games(), prg);
            findings.add(new AuditReport.Finding(
                    RANK,
                    mode.description(),
                    options.games(),
                    AuditReport.Finding.Kind.SHARE,
                    (double) won / options.games(),
                    mode.isBlinded() ? 0.5 - tolerance(0.05, 1_000, options.games()) : 1,
                    mode.isBlinded() ? 0.5 + tolerance(0.05, 1_000, options.games()) : 1,
                    ""));
        }
    }

    private void testPads(SecureNetsView view, GreyImages images, List<AuditReport.Finding> findings) {
        Mode mode = view.mode();
        GreyImages first = images.first(options.padImages());
        GreyImages second = images.last(options.padImages());
        ResidueMatrix earlier = view.send(first);
        ResidueMatrix later = view.send(second);
        findings.add(pads(
                mode,
                mode.isBlinded() ? "as built" : "masks of the paper",
                List.of(earlier, later),
                mode != Mode.PUBLISHED));
        if (mode.isBlinded()) {
            for (SimulatedPadFault fault : SimulatedPadFault.values()) {
                ResidueMatrix broken = fault.apply(earlier, data(first), later, data(second));
                findings.add(pads(mode, fault.description(), List.of(earlier, broken), false));
            }
        }
    }

    private static AuditReport.Finding pads(Mode mode, String what, List<ResidueMatrix> transcripts, boolean sound) {
        PadStatistics.Result result = PadStatistics.apply(transcripts);
        PadStatistics.Check worst = result.worst();
        return flag(
                PADS + ", " + what,
                mode,
                transcripts.size(),
                result.isFlagged(),
                !sound,
                worst.name(),
                worst.probability());
    }

    private void compareInputs(SecureNetsView view, GreyImages images, List<AuditReport.Finding> findings) {
        Mode mode = view.mode();
        TranscriptComparison.Result result = TranscriptComparison.compare(
                view.record(images.first(options.padImages()).filled(0)),
                view.record(images.first(options.padImages()).filled(255)));
        findings.add(flag(
                INPUTS,
                mode,
                2,
                result.isFlagged(),
                !mode.isBlinded(),
                result.sameLengths() ? "byte frequencies" : "message lengths",
                result.probability()));
    }

    /** @param mustBeFlagged what has to come out */
    private static AuditReport.Finding flag(
            String attack,
            Mode mode,
            int transcripts,
            boolean flagged,
            boolean mustBeFlagged,
            String evidence,
            double probability) {
        double expected = mustBeFlagged ? 1 : 0;
        return new AuditReport.Finding(
                attack,
                mode.description(),
                transcripts,
                AuditReport.Finding.Kind.ALARM,
                flagged ? 1 : 0,
                expected,
                expected,
                String.format(Locale.ROOT, "%s, p = %.1e", evidence, probability));
    }

    /** What a share of fair guesses may differ by; as many standard deviations for fewer samples. */
    private static double tolerance(double atFullSize, int fullSize, int samples) {
        return atFullSize * Math.sqrt((double) fullSize / samples);
    }

    /** Grey levels in the order of a blinded transcript: pixel after pixel, each of all images. */
    private static long[] data(GreyImages images) {
        long[] levels = new long[images.pixels() * images.count()];
        for (int pixel = 0, i = 0; pixel < images.pixels(); pixel++) {
            for (int image = 0; image < images.count(); image++) {
                levels[i++] = images.level(image, pixel);
            }
        }
        return levels;
    }

    private static int[] identity(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        return order;
    }
}
