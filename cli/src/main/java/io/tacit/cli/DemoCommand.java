package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.bench.report.TerminalPicture;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.model.data.Pictures;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.image.Preset;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.FloatEvaluator;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows a protocol at work: fresh keys, every party a process of its own on loopback, real pictures, the private answers
 * beside the plaintext network's, what each party saw, what it cost. Fails unless the answers agree, score by score.
 */
@Command(name = "demo", description = "Shows private inference at work on this machine, with pictures and a page.")
final class DemoCommand implements Callable<Integer> {
    private static final long PATIENCE_SECONDS = 120;
    private static final int PREDICT_COMMAND_BYTES = 32;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--protocol",
            defaultValue = "securenets",
            description = "trust setting (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Option(names = "--clouds", defaultValue = "2", description = "1 (weights public), 2 (default) or 3 clouds")
    private int clouds;

    @Option(
            names = "--page",
            defaultValue = "tacit-demo.html",
            paramLabel = "FILE",
            description = "page to write (default: ${DEFAULT-VALUE})")
    private Path page;

    @Parameters(
            arity = "0..*",
            paramLabel = "PICTURE",
            description = "pictures of clothes, light on dark (default: three of the bundled ones)")
    private List<Path> given = List.of();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    DemoCommand() {}

    /** Everything the demo knows in the clear. */
    private record Subject(
            FloatGraph graph,
            Preprocessing reading,
            IntegerNetwork network,
            List<Path> files,
            List<Picture> pictures,
            IntegerTensor inputs) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!protocol.equals("securenets")) {
            throw new BadInput("this version demonstrates securenets, not '" + protocol + "'");
        }
        if (clouds < 1 || clouds > 3) {
            throw new BadInput("--clouds " + clouds + " is not 1, 2 or 3");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("tacit-demo");
        List<PartyProcess> parties = new ArrayList<>();
        try {
            Subject subject = subject();
            IntegerNetwork network = subject.network;
            Path model = folder.resolve("demo.tacit");
            IntegerNetworkFile.write(network, model);
            NewDeployment.Made made = deployment(network).write(folder);
            String title = "securenets, " + mode().description();
            out.printf(
                    "Tacit demo: %s%nnetwork: %s, %,d weights, %,d multiplications a picture; %d of %d bits needed in the field%n",
                    title,
                    network.name(),
                    network.weights(),
                    network.multiplications(),
                    widestBits(network),
                    new SecureNetsPlan(network, Settings.of(mode())).field().bits());
            out.flush();
            for (String role : made.deployment().roles().keySet()) {
                if (role.startsWith("cloud-")) {
                    parties.add(PartyProcess.start(
                            folder,
                            role,
                            List.of("tacit.kernel=plain"),
                            List.of("serve", "--role", role, "--record", role + ".seen")));
                }
            }
            Map<String, Long> pids = new TreeMap<>();
            int index = 1;
            for (PartyProcess party : parties) {
                party.await(": ready on ", PATIENCE_SECONDS);
                pids.put("cloud-" + index++, party.pid());
            }
            List<String> arguments =
                    new ArrayList<>(List.of("predict", "--model", "demo.tacit", "--json", "answers.json"));
            subject.files.forEach(file -> arguments.add(file.toAbsolutePath().toString()));
            PartyProcess user = PartyProcess.start(folder, "user", List.of("tacit.kernel=plain"), arguments);
            parties.add(user);
            pids.put("user", user.pid());
            user.finish(PATIENCE_SECONDS);
            PredictCommand.Outcome outcome = JsonMapper.shared()
                    .readValue(folder.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
            return show(out, title, made.deployment(), subject, outcome, pids, folder) ? 0 : 1;
        } finally {
            parties.forEach(PartyProcess::close);
            ScratchFolder.delete(folder);
        }
    }

    private Mode mode() {
        return switch (clouds) {
            case 1 -> Mode.BLINDED_ONE;
            case 2 -> Mode.BLINDED_TWO;
            default -> Mode.BLINDED_THREE;
        };
    }

    /** The bundled network, quantised now, and the pictures to ask about. */
    private Subject subject() throws IOException {
        Path examples = Path.of(System.getProperty("tacit.home", ".")).resolve("examples");
        Path onnx = examples.resolve("networks/fashion_m4.onnx");
        List<Path> bundled;
        try (Stream<Path> all = Files.list(examples.resolve("samples"))) {
            bundled = all.filter(path -> String.valueOf(path.getFileName()).matches("fashion-.*\\.png"))
                    .sorted()
                    .toList();
        }
        List<Picture> calibration = bundled.stream().map(PictureReader::read).toList();
        Preprocessing reading = Preset.FASHION.preprocessing();
        FloatGraph graph = QuantizeCommand.graph(onnx);
        IntegerNetwork network;
        try (Cores cores = new Cores()) {
            network = new Quantizer(
                            graph,
                            reading,
                            new Pictures(calibration),
                            new Provenance("fashion_m4.onnx", "", List.of()),
                            cores.workers())
                    .quantize(QuantizerOptions.DEFAULT);
        }
        List<Path> files = given.isEmpty() ? List.of(bundled.get(45), bundled.get(7), bundled.get(27)) : given;
        List<Picture> pictures = files.stream().map(PictureReader::read).toList();
        int size = network.input().shape().size();
        int[] inputs = new int[files.size() * size];
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(
                    preprocessor.integers(pictures.get(i), network.input().range()), 0, inputs, i * size, size);
        }
        return new Subject(
                graph,
                reading,
                network,
                files,
                pictures,
                IntegerTensor.ofInts(files.size(), network.input().shape(), inputs));
    }

    private NewDeployment deployment(IntegerNetwork network) throws IOException {
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (int k = 1; k <= clouds; k++) {
            endpoints.put("cloud-" + k, new Deployment.Endpoint("127.0.0.1", freePort()));
        }
        return new NewDeployment(
                TrustSetting.SECURENETS,
                clouds == 1 ? "weights-public" : "blinded",
                clouds,
                Sha256.ofDigest(network.hash()),
                endpoints,
                64,
                Duration.ofHours(2));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static int widestBits(IntegerNetwork network) {
        return network.linearSteps().stream()
                .mapToInt(step -> step.range().signedBits())
                .max()
                .orElse(0);
    }

    private boolean show(
            PrintWriter out,
            String title,
            Deployment deployment,
            Subject subject,
            PredictCommand.Outcome outcome,
            Map<String, Long> pids,
            Path folder)
            throws IOException {
        IntegerTensor plain;
        FloatEvaluator floats;
        try (Cores cores = new Cores()) {
            plain = new IntegerEvaluator(subject.network, cores.workers()).evaluate(subject.inputs);
            floats = new FloatEvaluator(subject.graph, cores.workers());
        }
        boolean colours = Boolean.getBoolean("tacit.terminal") && System.getenv("NO_COLOR") == null;
        HtmlPage html = new HtmlPage(
                "Tacit demo: " + title,
                "Every party was a process of its own on this machine, connected by TLS 1.3 with fresh certificates.");
        boolean equal = true;
        int classes = subject.network.classes();
        Map<String, byte[]> seen = new LinkedHashMap<>();
        for (int k = 1; k <= clouds; k++) {
            seen.put("cloud-" + k, Files.readAllBytes(folder.resolve("cloud-" + k + ".seen")));
        }
        Preprocessor preprocessor = new Preprocessor(subject.reading);
        for (int i = 0; i < subject.files.size(); i++) {
            PredictCommand.Answer answer = outcome.answers().get(i);
            List<String> plainScores = new ArrayList<>();
            for (int c = 0; c < classes; c++) {
                plainScores.add(plain.getBig(i * classes + c).toString());
            }
            boolean same = plainScores.equals(answer.scores());
            equal &= same;
            float[] real = floats.evaluate(preprocessor.reals(subject.pictures.get(i)));
            List<HtmlPage.Picture> row = new ArrayList<>();
            BufferedImage original = grey(subject, i);
            row.add(new HtmlPage.Picture(original, "the user's picture"));
            for (Map.Entry<String, byte[]> view : seen.entrySet()) {
                row.add(new HtmlPage.Picture(
                        view(subject, view.getKey(), view.getValue(), i),
                        seedsOnly(view.getKey())
                                ? view.getKey() + " got seeds only"
                                : "what " + view.getKey() + " received of it"));
            }
            int columns = original.getWidth();
            out.println();
            List<List<String>> drawn = row.stream()
                    .map(picture -> TerminalPicture.lines(picture.image(), columns, colours))
                    .toList();
            TerminalPicture.sideBySide(drawn, columns, 3).forEach(out::println);
            StringBuilder captions = new StringBuilder();
            row.forEach(picture -> captions.append(String.format("%-" + (columns + 3) + "s", picture.caption())));
            out.println(captions.toString().stripTrailing());
            String file = String.valueOf(subject.files.get(i).getFileName());
            String plainName = name(subject.network, plain.argMax(i));
            String floatName = name(subject.network, argMax(real));
            out.printf(
                    "%s: private answer %s (%.1f %%), plaintext integer network %s, float network %s; scores %s%n",
                    file,
                    answer.name(),
                    100 * answer.probability(),
                    plainName,
                    floatName,
                    same ? "equal" : "DIFFERENT");
            html.heading(file + ": " + answer.name());
            html.pictures(196, row);
            html.table(
                    List.of("", "class", "scores"),
                    List.of(
                            List.of("private", answer.name(), String.join(" ", answer.scores())),
                            List.of("plaintext integer network", plainName, String.join(" ", plainScores)),
                            List.of("float network", floatName, String.join(" ", rounded(real)))));
            html.verdict(same, same ? "private scores = plaintext scores" : "the scores differ");
        }
        costs(out, html, deployment, outcome, pids);
        html.verdict(
                equal,
                equal ? "private answer = plaintext answer" : "private answer differs from the plaintext answer");
        html.write(page);
        out.println();
        out.println("page: " + page.toAbsolutePath());
        out.println(equal ? "private answer = plaintext answer" : "private answer differs from the plaintext answer");
        out.flush();
        return equal;
    }

    private void costs(
            PrintWriter out,
            HtmlPage html,
            Deployment deployment,
            PredictCommand.Outcome outcome,
            Map<String, Long> pids) {
        List<List<String>> rows = new ArrayList<>();
        String learned = clouds == 1 ? "the weights, shapes, timing" : "shapes, timing";
        for (String role : deployment.roles().keySet()) {
            boolean cloud = role.startsWith("cloud-");
            rows.add(List.of(
                    role,
                    "process " + pids.get(role),
                    cloud
                            ? clouds == 1 ? "the weights" : "a share of the weights that alone is random"
                            : "network, pictures, answers",
                    cloud ? learned : "the answers, each verified"));
        }
        html.heading("Who held what, who learned what").table(List.of("party", "where", "held", "learned"), rows);
        if (clouds == 2) {
            String same = "Both clouds receive the same blinded picture, and each a different share of the weights.";
            out.println(same);
            html.paragraph(same);
        }
        List<List<String>> cost = new ArrayList<>();
        out.println();
        out.printf(
                "%-9s %-8s %14s %14s %9s %12s%n",
                "peer", "phase", "bytes to it", "bytes back", "messages", "round trips");
        outcome.traffic().forEach((peer, phases) -> {
            for (Phase phase : Phase.values()) {
                Traffic.Count count = phases.get(phase);
                if (count != null) {
                    String name = phase.name().toLowerCase(Locale.ROOT);
                    long messages = count.messagesSent() + count.messagesReceived();
                    out.printf(
                            "%-9s %-8s %,14d %,14d %,9d %,12d%n",
                            peer, name, count.bytesSent(), count.bytesReceived(), messages, count.roundTrips());
                    cost.add(List.of(
                            peer,
                            name,
                            String.format(Locale.ROOT, "%,d", count.bytesSent()),
                            String.format(Locale.ROOT, "%,d", count.bytesReceived()),
                            String.format(Locale.ROOT, "%,d", messages),
                            String.format(Locale.ROOT, "%,d", count.roundTrips())));
                }
            }
        });
        String seconds = String.format(
                Locale.ROOT,
                "%d pictures: connect and deploy %.2f s, prepare (offline) %.3f s, predict (online) %.3f s; the JVMs were cold",
                outcome.answers().size(),
                outcome.connectSeconds(),
                outcome.prepareSeconds(),
                outcome.predictSeconds());
        out.println(seconds);
        html.heading("What it cost")
                .table(List.of("peer", "phase", "bytes to it", "bytes back", "messages", "round trips"), cost)
                .paragraph(seconds);
    }

    private static String name(IntegerNetwork network, int label) {
        return network.preprocessing().labels().get(label);
    }

    private static int argMax(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    private static List<String> rounded(float[] scores) {
        List<String> rounded = new ArrayList<>();
        for (float score : scores) {
            rounded.add(String.format(Locale.ROOT, "%.2f", score));
        }
        return rounded;
    }

    /** The integers that the network reads, as a grey picture. */
    private static BufferedImage grey(Subject subject, int index) {
        int size = subject.network.input().shape().size();
        int[] values = Arrays.copyOfRange(subject.inputs.ints(), index * size, (index + 1) * size);
        return picture(subject.network, values, 0);
    }

    /** What a cloud received for the first layer of one picture: the upper bits of each residue as grey levels. */
    private BufferedImage view(Subject subject, String role, byte[] received, int index) {
        SecureNetsPlan plan = new SecureNetsPlan(subject.network, Settings.of(mode()));
        int cloud = Integer.parseInt(role.substring(role.indexOf('-') + 1)) - 1;
        int size = subject.network.input().shape().size();
        int width = plan.field().bytesPerValue();
        int[] levels = new int[size];
        // Deployment and the command of the round come first; with replicated shares then the seed of a drawn share.
        long start = plan.deployTraffic(cloud).bytesSent() + PREDICT_COMMAND_BYTES + (clouds == 3 ? Seed.BYTES : 0);
        ByteBuffer view = ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN);
        int at = Math.toIntExact(start + (long) index * size * width);
        for (int i = 0; i < size && at + (i + 1) * width <= received.length; i++) {
            levels[i] = view.get(at + i * width + width - 1) & 0x7f;
        }
        return picture(subject.network, levels, 1);
    }

    /** With replicated shares the first cloud holds the two drawn shares of each picture, and receives their seeds. */
    private boolean seedsOnly(String role) {
        return clouds == 3 && role.equals("cloud-1");
    }

    private static BufferedImage picture(IntegerNetwork network, int[] levels, int leftShift) {
        int height = network.input().shape().height();
        int width = network.input().shape().width();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = Math.max(0, Math.min(255, levels[y * width + x] << leftShift));
                image.setRGB(x, y, level << 16 | level << 8 | level);
            }
        }
        return image;
    }
}
