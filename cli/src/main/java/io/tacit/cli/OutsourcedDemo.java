package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.share.RingVector;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.outsourced.InputShare;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** An owner who shares its network between two servers and leaves; a client who asks. */
final class OutsourcedDemo implements DemoScenario {
    private static final String NETWORK = "demo.public.tacit";

    private final String policy;

    /** @param policy what the client learns: label, top-k or scores */
    OutsourcedDemo(String policy) {
        this.policy = policy;
    }

    private Deployment.Disclosure disclosure() {
        return DemoScenario.disclosure(policy);
    }

    private SharingPlan plan(DemoSubject subject) {
        return new SharingPlan(known(subject), SharingSettings.of(OutsourcedPlans.disclosure(disclosure())));
    }

    /** The network without its secrets. */
    private PublicNetwork known(DemoSubject subject) {
        return OutsourcedPlans.disclosure(disclosure()).known(subject.network());
    }

    @Override
    public String title() {
        return "outsourced, two servers that hold shares of network and query";
    }

    @Override
    public String network(DemoSubject subject) {
        SharingPlan plan = plan(subject);
        SharingPrice price = new SharingPrice(plan);
        int queries = subject.files().size();
        TripletPlan triplets = OutsourcedPlans.triplets(plan);
        Traffic.Count offline = plan.layers().stream()
                .map(layer -> triplets.layer(layer.shape(), queries).traffic())
                .reduce(price.tables(queries), Traffic.Count::plus);
        return String.format(
                Locale.ROOT,
                "%,d AND gates and %,d label transfers a query; between the servers %.1f MB to prepare %d and %.1f MB"
                        + " to answer one",
                price.andGates(),
                price.transfers(),
                megabytes(offline),
                queries,
                megabytes(price.online()));
    }

    private static double megabytes(Traffic.Count count) {
        return (count.bytesSent() + count.bytesReceived()) / 1e6;
    }

    @Override
    public NewDeployment deployment(Path folder, DemoSubject subject) throws IOException {
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        endpoints.put("garbler", DemoScenario.freeEndpoint());
        endpoints.put("evaluator", DemoScenario.freeEndpoint());
        return new NewDeployment(
                TrustSetting.OUTSOURCED,
                "hardened",
                0,
                Sha256.ofDigest(known(subject).hash()),
                endpoints,
                disclosure(),
                64,
                Duration.ofHours(2));
    }

    @Override
    public Path start(Path folder, DemoSubject subject, List<PartyProcess> parties)
            throws IOException, InterruptedException {
        PublicNetworkFile.write(known(subject), folder.resolve(NETWORK));
        DemoScenario.doing("garbler and evaluator start");
        for (String role : List.of("garbler", "evaluator")) {
            parties.add(PartyProcess.start(
                    folder,
                    role,
                    List.of(),
                    List.of(
                            "serve",
                            "--role",
                            role,
                            "--model",
                            NETWORK,
                            "--state",
                            role,
                            "--record",
                            role + ".seen",
                            "--warm-up", // costs more than it saves where few queries come
                            "0")));
        }
        for (PartyProcess server : parties) {
            server.await(": ready on ", PATIENCE_SECONDS);
        }
        List<List<String>> ofOwner = List.of(
                List.of("deploy", "--model", "demo.tacit"),
                List.of("prepare", "--queries", Integer.toString(subject.files().size())));
        for (List<String> command : ofOwner) {
            DemoScenario.doing("the owner: tacit " + String.join(" ", command));
            PartyProcess owner = PartyProcess.start(folder, "owner", List.of("tacit.kernel=plain"), command);
            parties.add(owner);
            owner.finish(PATIENCE_SECONDS);
        }
        Files.delete(folder.resolve("demo.tacit")); // the owner has left, and nobody else needs it
        return Path.of(NETWORK);
    }

    @Override
    public List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException {
        SharingPlan plan = plan(subject);
        List<InputShare> garblers = messages(
                folder.resolve("garbler.seen.client"),
                InputShare.garblerBytes(),
                message -> Optional.of(InputShare.ofGarbler(plan, message)));
        List<InputShare> evaluators = messages(
                folder.resolve("evaluator.seen.client"),
                InputShare.evaluatorBytes(plan),
                message -> InputShare.ofEvaluator(plan, message));
        int size = subject.network().input().shape().size();
        int[] wanted = Arrays.copyOfRange(subject.inputs().ints(), picture * size, (picture + 1) * size);
        for (InputShare x0 : garblers) {
            for (InputShare x1 : evaluators) {
                if (x0.id().equals(x1.id()) && Arrays.equals(sum(x0.share(), x1.share()), wanted)) {
                    return List.of(drawn(subject, "garbler", x0.share()), drawn(subject, "evaluator", x1.share()));
                }
            }
        }
        throw new IllegalStateException("what the servers received does not add up to picture " + picture);
    }

    /** The messages of one length that a party recorded. */
    private static List<InputShare> messages(Path recording, int length, Function<byte[], Optional<InputShare>> read)
            throws IOException {
        byte[] received = Files.readAllBytes(recording);
        List<InputShare> shares = new ArrayList<>();
        for (int at = 0; at + length <= received.length; at += length) {
            read.apply(Arrays.copyOfRange(received, at, at + length)).ifPresent(shares::add);
        }
        return shares;
    }

    private static int[] sum(RingVector a, RingVector b) {
        RingVector sum = a.ring().zeros(a.length());
        a.ring().add(a, 0, b, 0, sum, 0, sum.length());
        long[] signed = new long[sum.length()];
        sum.decode(0, signed, 0, signed.length);
        return Arrays.stream(signed).mapToInt(Math::toIntExact).toArray();
    }

    /** The upper eight bits of every value as grey levels. */
    private static HtmlPage.Picture drawn(DemoSubject subject, String role, RingVector share) {
        int[] levels = new int[share.length()];
        int shift = Math.max(0, share.ring().bits() - Byte.SIZE);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (int) (share.get(i) >> shift) & 0xff;
        }
        return new HtmlPage.Picture(subject.drawn(levels), "what the " + role + " received");
    }

    @Override
    public Part part(String role) {
        return switch (role) {
            case "owner" -> new Part("the network, until it had shared it out", "nothing: it has left");
            case "client" -> new Part("its pictures", policy.equals("scores") ? "its scores" : "its " + policy);
            default ->
                new Part("a share of network and query that alone is random", "shapes, timing; no query, no answer");
        };
    }

    @Override
    public List<String> remarks() {
        return List.of(
                "The two servers received shares that alone are uniformly random; only together they are the picture.");
    }
}
