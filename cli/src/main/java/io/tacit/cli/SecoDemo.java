package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.seco.UserFile;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A gateway and two servers among which a network is shared out; a user who asks the gateway. */
final class SecoDemo implements DemoScenario {
    private static final int SERVERS = 3;
    private static final String NETWORK = "demo.user.tacit";

    /** Bytes of a query's name, of that of its material, and of the key for the answer. */
    private static final int QUERY_HEADER_BYTES = 16 + 16 + SealingKey.BYTES;

    /** Bytes of a share's file before its weights: what it is a share of, and the number of its server. */
    private static final int SHARE_HEADER_BYTES = 33;

    private final Mode mode;
    private final int shownRounds;
    private final String policy;

    /**
     * @param mode hardened or published
     * @param shownRounds that users are to see; 0 for those that there are
     * @param policy what the user learns: label, top-k or scores
     */
    SecoDemo(String mode, int shownRounds, String policy) {
        this.mode = SplitCommand.mode(mode, SERVERS);
        this.shownRounds = shownRounds;
        this.policy = policy;
    }

    private Deployment.Disclosure disclosure() {
        return DemoScenario.disclosure(policy);
    }

    /** The gateway has no layers of its own here: everything is shared out. */
    private static NetworkSplit split(DemoSubject subject) {
        return NetworkSplit.at(subject.network(), 0);
    }

    private SecoPlan plan(DemoSubject subject) {
        return ServerFile.plan(mode, shownRounds, split(subject), OutsourcedPlans.disclosure(disclosure()), SERVERS);
    }

    @Override
    public DemoSubject subject(List<Path> given) throws IOException {
        return DemoSubject.of(DemoSubject.Example.DIGITS_OF_SECO, given);
    }

    @Override
    public String title() {
        return "seco" + (mode == Mode.PUBLISHED ? " in mode published" : "")
                + ", a gateway and two servers that hold shares of the network";
    }

    @Override
    public String network(DemoSubject subject) {
        SecoPlan plan = plan(subject);
        return String.format(
                Locale.ROOT,
                "all layers shared out among %d servers, %,d AND gates a query, which %s",
                SERVERS,
                plan.rest().blocks().stream().mapToLong(Block::andGates).sum(),
                mode == Mode.HARDENED ? "all of them garble together" : "one garbles and one evaluates");
    }

    @Override
    public NewDeployment deployment(Path folder, DemoSubject subject) throws IOException {
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (int server = 0; server < SERVERS; server++) {
            endpoints.put(SecoPlan.role(server), DemoScenario.freeEndpoint());
        }
        return new NewDeployment(
                TrustSetting.SECO,
                mode.id(),
                SERVERS - 1,
                Sha256.ofDigest(plan(subject).hash()),
                endpoints,
                disclosure(),
                64,
                Duration.ofHours(2));
    }

    private static Path part(Path folder, int server) {
        return folder.resolve("demo." + SecoPlan.role(server) + ".tacit");
    }

    @Override
    public Path start(Path folder, DemoSubject subject, List<PartyProcess> parties)
            throws IOException, InterruptedException {
        DemoScenario.doing("the network is split, and its owner leaves");
        SecoPlan plan = plan(subject);
        for (ServerFile file : ServerFile.of(plan, split(subject), new SecureRandom())) {
            file.write(part(folder, file.share().server()));
            file.close();
        }
        UserFile.write(plan.forUser(), folder.resolve(NETWORK));
        Files.delete(folder.resolve("demo.tacit"));
        DemoScenario.doing("gateway and servers start");
        for (int server = 0; server < SERVERS; server++) {
            String role = SecoPlan.role(server);
            parties.add(PartyProcess.start(
                    folder,
                    role,
                    List.of(),
                    List.of(
                            "serve",
                            "--role",
                            role,
                            "--model",
                            part(folder, server).getFileName().toString(),
                            "--record",
                            role + ".seen")));
        }
        for (PartyProcess server : parties) {
            server.await(": ready on ", PATIENCE_SECONDS);
        }
        String queries = Integer.toString(subject.files().size());
        DemoScenario.doing("the servers prepare " + queries + " queries: tacit prepare");
        try (PartyProcess preparing = PartyProcess.start(
                folder, "prepare", askingProperties(), List.of("prepare", "--model", NETWORK, "--queries", queries))) {
            preparing.finish(PATIENCE_SECONDS);
        }
        return Path.of(NETWORK);
    }

    @Override
    public List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException {
        List<HtmlPage.Picture> drawn = new ArrayList<>();
        drawn.add(new HtmlPage.Picture(subject.drawn(received(folder, subject, picture)), "what the gateway received"));
        for (int server = 0; server < SERVERS; server++) {
            try (ServerFile file = ServerFile.read(part(folder, server), server)) {
                byte[] share = file.share().encode();
                int[] levels = new int[subject.network().input().shape().size()];
                for (int i = 0; i < levels.length && SHARE_HEADER_BYTES + i < share.length; i++) {
                    levels[i] = share[SHARE_HEADER_BYTES + i] & 0xff;
                }
                drawn.add(new HtmlPage.Picture(subject.drawn(levels), "of the weights at " + SecoPlan.role(server)));
            }
        }
        return drawn;
    }

    /** The upper eight bits of every value of x - r^0, as grey levels. */
    private int[] received(Path folder, DemoSubject subject, int picture) throws IOException {
        SecoPlan plan = plan(subject);
        RingVector masked = plan.forUser()
                .inputRing()
                .zeros(subject.network().input().shape().size());
        int query = QUERY_HEADER_BYTES
                + SERVERS * SealingKey.sealedBytes(Seed.BYTES)
                + Math.toIntExact(masked.packedBytes());
        byte[] all = Files.readAllBytes(folder.resolve(SecoLanes.GATEWAY + ".seen." + SecoLanes.USER));
        int end = all.length - (subject.files().size() - 1 - picture) * query;
        if (!masked.load(all, end - Math.toIntExact(masked.packedBytes()), 0, masked.length())) {
            throw new IllegalStateException("the gateway's recording is not one of queries");
        }
        int[] levels = new int[masked.length()];
        int shift = Math.max(0, masked.ring().bits() - Byte.SIZE);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (int) (masked.get(i) >> shift) & 0xff;
        }
        return levels;
    }

    @Override
    public Part part(String role) {
        return role.equals(SecoLanes.USER)
                ? new Part("its pictures", policy.equals("scores") ? "its scores" : "its " + policy)
                : new Part(
                        "a share of the network that alone is random; of a picture, its part of a mask"
                                + (role.equals(SecoLanes.GATEWAY) ? ", and the picture less the whole mask" : ""),
                        mode == Mode.HARDENED
                                ? "shapes, timing; no query, no answer, also together with one of the others"
                                : "shapes, timing; server-1 and server-2 together: everything");
    }

    @Override
    public List<String> remarks() {
        return List.of("The user talked to the gateway alone. Each server had the network as a share that alone is"
                + " uniformly random; "
                + (mode == Mode.HARDENED
                        ? "any two of the three together know no more."
                        : "one of them garbled what another evaluated: these two together can read every value.")
                + " The owner was not there any more.");
    }
}
