package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.CoreKeyFile;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.wire.Identity;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.OwnerView;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An owner who ships its network with the core filters encrypted; a user who evaluates it on pictures of digits. */
final class PrivDnnDemo implements DemoScenario {
    private static final String BUNDLE = "demo.bundle.tacit";
    private static final String KEY = "demo.core-key";
    private static final int RECORDED_BYTES = 1 << 28;

    /** The best choice of its budget, see docs/benchmarks.md. */
    private static final CoreFilters CORE = new CoreFilters(List.of(5), List.of(14));

    private static final String CORE_OPTION = "5;14";

    private final boolean published;
    private final String policy;
    private @Nullable OwnerView view;

    /**
     * @param mode hardened or published
     * @param policy what the user learns: label, top-k or scores
     */
    PrivDnnDemo(String mode, String policy) {
        this.published = mode.equals("published");
        this.policy = policy;
        if (!published && !mode.equals("hardened")) {
            throw new BadInput("no mode '" + mode + "'; there are: hardened, published");
        }
        if (published && !policy.equals("scores")) {
            throw new BadInput("mode published discloses all scores: --policy scores");
        }
    }

    private Deployment.Disclosure disclosure() {
        return DemoScenario.disclosure(policy);
    }

    private String mode() {
        return published ? "published" : "hardened";
    }

    @Override
    public DemoSubject subject(List<Path> given) throws IOException {
        return DemoSubject.of(DemoSubject.Example.DIGITS, given);
    }

    /** Plain filters of the second convolution do not read core channels: what a user can compute without the key. */
    @Override
    public IntegerNetwork computed(DemoSubject subject) {
        return Separation.separated(subject.network(), CoreSegment.of(subject.network()), CORE);
    }

    @Override
    public String title() {
        return "privdnn (" + mode() + "), a user evaluates a network whose core filters are encrypted";
    }

    @Override
    public String network(DemoSubject subject) {
        CoreSegment segment = CoreSegment.of(subject.network());
        return String.format(
                Locale.ROOT,
                "of %d and %d filters of the first two convolutions %s and %s are encrypted",
                segment.firstChannels(subject.network()),
                segment.secondChannels(subject.network()),
                CORE.first(),
                CORE.second());
    }

    @Override
    public NewDeployment deployment(Path folder, DemoSubject subject) throws IOException, InterruptedException {
        DemoScenario.doing("the owner encrypts its core filters and packs the network");
        List<String> command = List.of(
                "privdnn",
                "pack",
                "demo.tacit",
                "--core",
                CORE_OPTION,
                "--mode",
                mode(),
                "--policy",
                policy,
                "--top-k",
                Integer.toString(Math.max(1, disclosure().topK())));
        try (PartyProcess packing = PartyProcess.start(folder, "pack", List.of(), command)) {
            packing.finish(PATIENCE_SECONDS);
        }
        try (Bundle bundle = Bundle.open(folder.resolve(BUNDLE))) {
            return new NewDeployment(
                    TrustSetting.PRIVDNN,
                    mode(),
                    0,
                    bundle.hash(),
                    new TreeMap<>(Map.of(PrivDnnSession.OWNER, DemoScenario.freeEndpoint())),
                    disclosure(),
                    64,
                    Duration.ofHours(2));
        }
    }

    @Override
    public Path start(Path folder, DemoSubject subject, List<PartyProcess> parties)
            throws IOException, InterruptedException {
        Files.delete(folder.resolve("demo.tacit")); // from here on nobody needs it
        Bundle.sign(folder.resolve(BUNDLE), Identity.load(folder.resolve(PrivDnnSession.OWNER + ".pem")));
        DemoScenario.doing("the owner starts");
        PartyProcess owner = PartyProcess.start(
                folder,
                PrivDnnSession.OWNER,
                List.of(),
                List.of(
                        "serve",
                        "--role",
                        PrivDnnSession.OWNER,
                        "--model",
                        BUNDLE,
                        "--core-key",
                        KEY,
                        "--record",
                        "owner.seen",
                        "--record-limit",
                        Integer.toString(RECORDED_BYTES)));
        parties.add(owner);
        owner.await(": ready on ", PATIENCE_SECONDS);
        return Path.of(BUNDLE);
    }

    @Override
    public List<String> askingProperties() {
        return List.of(); // thousands of products of ciphertexts are worth the vector kernels
    }

    /** The first core filter's output, as it is and as the owner sees it. */
    @Override
    public List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException {
        OwnerView seen = view;
        if (seen == null) {
            seen = view(folder, subject.files().size());
            view = seen;
        }
        int channel = CORE.second().get(0);
        String map = "the output of core filter " + channel;
        return List.of(
                new HtmlPage.Picture(drawn(subject, output(subject, picture, channel)), map + ", which is secret"),
                new HtmlPage.Picture(drawn(subject, seen.map(0, picture)), "what the owner decrypted of it"));
    }

    /** Decrypts as the owner did, with its key, what it received. */
    private static OwnerView view(Path folder, int images) throws IOException {
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(folder.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        Map<Phase, Traffic.Count> sent = outcome.traffic().getOrDefault(PrivDnnSession.OWNER, Map.of());
        long before = 0;
        for (Phase phase : List.of(Phase.DEPLOY, Phase.PREPARE)) {
            before += sent.getOrDefault(phase, Traffic.Count.NOTHING).bytesSent();
        }
        ByteBuffer received = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("owner.seen.user")))
                .position(Math.toIntExact(before));
        try (Bundle bundle = Bundle.open(folder.resolve(BUNDLE));
                Seed key = CoreKeyFile.read(folder.resolve(KEY), bundle.hash());
                CoreOwner owner = new CoreOwner(bundle.corePlan(), key)) {
            return OwnerView.of(bundle.plan(), owner, received, images);
        }
    }

    /** A channel of the last encrypted step, in the clear. */
    private long[] output(DemoSubject subject, int picture, int channel) {
        IntegerNetwork network = computed(subject);
        IntegerTensor outputs = new IntegerEvaluator(network, Workers.NONE)
                .evaluateAll(subject.inputs().slice(picture, 1))
                .get(CoreSegment.of(network).boundary());
        int plane = outputs.shape().height() * outputs.shape().width();
        long[] map = new long[plane];
        for (int i = 0; i < plane; i++) {
            map[i] = outputs.get(channel * plane + i);
        }
        return map;
    }

    /** A square map, from its least value black to its largest white, in the size of a picture. */
    private static BufferedImage drawn(DemoSubject subject, long[] map) {
        TensorShape shape = subject.network().input().shape();
        double least = Arrays.stream(map).min().orElse(0);
        double span = Math.max(1, Arrays.stream(map).max().orElse(0) - least);
        int side = (int) Math.round(Math.sqrt(map.length));
        int[] levels = new int[shape.height() * shape.width()];
        for (int i = 0; i < levels.length; i++) {
            int y = i / shape.width() * side / shape.height();
            int x = i % shape.width() * side / shape.width();
            levels[i] = (int) Math.round(255 * (map[y * side + x] - least) / span);
        }
        return subject.drawn(levels);
    }

    @Override
    public Part part(String role) {
        if (role.equals(PrivDnnSession.OWNER)) {
            return new Part(
                    "the network and the key of its core filters",
                    published
                            ? "the core filters' outputs for every picture, up to a factor"
                            : "how many pictures, timing; no picture, no answer");
        }
        String told = policy.equals("scores") ? "its scores" : "its " + policy;
        return new Part(
                "its pictures and the network, core filters as ciphertexts",
                published ? told + ", and the core filters' outputs, from which the filters follow" : told);
    }

    @Override
    public List<String> remarks() {
        return published
                ? List.of(
                        "Mode published does not keep what it should hide: the owner saw feature maps of the pictures,"
                                + " and the user can compute the core filters from what it was given ('tacit audit"
                                + " privdnn' does). It is for comparison only.")
                : List.of(
                        "The owner decrypted values under masks that only the user knows, uniform modulo T: noise. The"
                                + " user never sees an output of a core filter; what depends on one stays shared to the"
                                + " end.");
    }
}
