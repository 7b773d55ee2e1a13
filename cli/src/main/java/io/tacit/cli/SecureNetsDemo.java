package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.crypto.random.Seed;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One user and one to three clouds. */
final class SecureNetsDemo implements DemoScenario {
    private static final int PREDICT_COMMAND_BYTES = 32;

    private final int clouds;
    private final Mode mode;

    /** @param clouds 1, with the weights public, to 3 */
    SecureNetsDemo(int clouds) {
        this.clouds = clouds;
        mode = switch (clouds) {
            case 1 -> Mode.BLINDED_ONE;
            case 2 -> Mode.BLINDED_TWO;
            default -> Mode.BLINDED_THREE;
        };
    }

    @Override
    public String title() {
        return "securenets, " + mode.description();
    }

    @Override
    public String network(DemoSubject subject) {
        int widest = subject.network().linearSteps().stream()
                .mapToInt(step -> step.range().signedBits())
                .max()
                .orElse(0);
        int field =
                new SecureNetsPlan(subject.network(), Settings.of(mode)).field().bits();
        return widest + " of " + field + " bits needed in the field";
    }

    @Override
    public NewDeployment deployment(Path folder, DemoSubject subject) throws IOException {
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (int k = 1; k <= clouds; k++) {
            endpoints.put("cloud-" + k, DemoScenario.freeEndpoint());
        }
        return new NewDeployment(
                TrustSetting.SECURENETS,
                clouds == 1 ? "weights-public" : "blinded",
                clouds,
                Sha256.ofDigest(subject.network().hash()),
                endpoints,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                64,
                Duration.ofHours(2));
    }

    @Override
    public Path start(Path folder, DemoSubject subject, List<PartyProcess> parties)
            throws IOException, InterruptedException {
        DemoScenario.doing(clouds == 1 ? "the cloud starts" : clouds + " clouds start");
        for (int k = 1; k <= clouds; k++) {
            String role = "cloud-" + k;
            parties.add(PartyProcess.start(
                    folder,
                    role,
                    List.of("tacit.kernel=plain"),
                    List.of("serve", "--role", role, "--record", role + ".seen")));
        }
        for (PartyProcess party : parties) {
            party.await(": ready on ", PATIENCE_SECONDS);
        }
        return Path.of("demo.tacit");
    }

    @Override
    public List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException {
        List<HtmlPage.Picture> views = new ArrayList<>();
        for (int k = 1; k <= clouds; k++) {
            String role = "cloud-" + k;
            byte[] received = Files.readAllBytes(folder.resolve(role + ".seen.user"));
            views.add(new HtmlPage.Picture(
                    view(subject, k, received, picture),
                    seedsOnly(k) ? role + " got seeds only" : "what " + role + " received of it"));
        }
        return views;
    }

    /** What a cloud received for the first layer of one picture: the upper bits of each residue as grey levels. */
    private BufferedImage view(DemoSubject subject, int cloud, byte[] received, int index) {
        SecureNetsPlan plan = new SecureNetsPlan(subject.network(), Settings.of(mode));
        int size = subject.network().input().shape().size();
        int width = plan.field().bytesPerValue();
        int[] levels = new int[size];
        // Deployment and the command of the round come first; with replicated shares then the seed of a drawn share.
        long start = plan.deployTraffic(cloud - 1).bytesSent() + PREDICT_COMMAND_BYTES + (clouds == 3 ? Seed.BYTES : 0);
        ByteBuffer view = ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN);
        int at = Math.toIntExact(start + (long) index * size * width);
        for (int i = 0; i < size && at + (i + 1) * width <= received.length; i++) {
            levels[i] = (view.get(at + i * width + width - 1) & 0x7f) << 1;
        }
        return subject.drawn(levels);
    }

    /** With replicated shares the first cloud holds the two drawn shares of each picture, and receives their seeds. */
    private boolean seedsOnly(int cloud) {
        return clouds == 3 && cloud == 1;
    }

    @Override
    public Part part(String role) {
        if (role.equals("user")) {
            return new Part("network, pictures, answers", "the answers, each verified");
        }
        return clouds == 1
                ? new Part("the weights", "the weights, shapes, timing")
                : new Part("a share of the weights that alone is random", "shapes, timing");
    }

    @Override
    public List<String> remarks() {
        return clouds == 2
                ? List.of("Both clouds receive the same blinded picture, and each a different share of the weights.")
                : List.of();
    }
}
