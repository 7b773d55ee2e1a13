package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.wire.Identity;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.Settings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** A server with a network; a client with a Paillier key who asks. */
final class PopcornDemo implements DemoScenario {
    private static final String NETWORK = "demo.public.tacit";
    private static final int RECORDED_BYTES = 1 << 28;

    /** The shorter of the two lengths: primes for the longer one take a minute to find. */
    private static final KeyLength KEY = KeyLength.BITS_2048;

    /** Bytes of what a client says before a query's ciphertexts. */
    private static final int COMMAND_BYTES = 2 * Integer.BYTES;

    private final String policy;

    /** @param policy what the client learns: label, top-k or scores */
    PopcornDemo(String policy) {
        this.policy = policy;
    }

    private Deployment.Disclosure disclosure() {
        return DemoScenario.disclosure(policy);
    }

    @Override
    public String title() {
        return "popcorn, a client with a Paillier key asks a server with a network";
    }

    @Override
    public String network(DemoSubject subject) {
        Settings settings = Settings.of(
                Mode.HARDENED,
                KEY,
                PopcornSession.disclosure(disclosure()),
                subject.files().size());
        PopcornPlan plan =
                PopcornPlan.fitting(PopcornSession.disclosure(disclosure()).known(subject.network()), settings);
        return String.format(
                "%,d ciphertexts of %d bytes to the server and %,d back a query of %d pictures",
                plan.ciphertextsUp(),
                KEY.modulusBits() / 4,
                plan.ciphertextsDown(),
                plan.settings().images());
    }

    @Override
    public NewDeployment deployment(Path folder, DemoSubject subject) throws IOException {
        return new NewDeployment(
                TrustSetting.POPCORN,
                "hardened",
                0,
                Sha256.ofDigest(PopcornSession.disclosure(disclosure())
                        .known(subject.network())
                        .hash()),
                new TreeMap<>(Map.of(PopcornSession.SERVER, DemoScenario.freeEndpoint())),
                disclosure(),
                64,
                Duration.ofHours(2));
    }

    @Override
    public Path start(Path folder, DemoSubject subject, List<PartyProcess> parties)
            throws IOException, InterruptedException {
        PublicNetworkFile.write(
                PopcornSession.disclosure(disclosure()).known(subject.network()), folder.resolve(NETWORK));
        DemoScenario.doing("the server starts, and the client makes its key");
        PartyProcess server = PartyProcess.start(
                folder,
                PopcornSession.SERVER,
                List.of(),
                List.of(
                        "serve",
                        "--role",
                        PopcornSession.SERVER,
                        "--model",
                        "demo.tacit",
                        "--record",
                        "server.seen",
                        "--record-limit",
                        Integer.toString(RECORDED_BYTES)));
        parties.add(server);
        Path identity = folder.resolve("client.pem");
        PaillierKeyMaker.write(KEY, identity, Identity.load(identity).fingerprint());
        server.await(": ready on ", PATIENCE_SECONDS);
        return Path.of(NETWORK);
    }

    @Override
    public List<String> askingProperties() {
        return List.of(); // thousands of products modulo N^2 are worth the vector kernels
    }

    /** A byte of each ciphertext of the input: all pictures travel in the same ones. */
    @Override
    public List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException {
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(folder.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        Map<Phase, Traffic.Count> sent = outcome.traffic().getOrDefault(PopcornSession.SERVER, Map.of());
        long at = COMMAND_BYTES;
        for (Phase phase : List.of(Phase.DEPLOY, Phase.PREPARE)) {
            at += sent.getOrDefault(phase, Traffic.Count.NOTHING).bytesSent();
        }
        int ciphertext = KEY.modulusBits() / 4;
        int[] levels = new int[subject.network().input().shape().size()];
        try (RandomAccessFile received =
                new RandomAccessFile(folder.resolve("server.seen.client").toFile(), "r")) {
            for (int i = 0; i < levels.length; i++) {
                received.seek(at + (long) (i + 1) * ciphertext - 1);
                levels[i] = received.readUnsignedByte();
            }
        }
        return List.of(new HtmlPage.Picture(subject.drawn(levels), "what the server received of it"));
    }

    @Override
    public Part part(String role) {
        return role.equals("client")
                ? new Part("its pictures and a Paillier key", policy.equals("scores") ? "its scores" : "its " + policy)
                : new Part("the network", "shapes of queries, timing; no query, no answer");
    }

    @Override
    public List<String> remarks() {
        return List.of(
                "The server received ciphertexts; a byte of each is drawn. The key has 2048 bits here, to be ready"
                        + " soon; 'tacit keygen' makes keys of 3072.");
    }
}
