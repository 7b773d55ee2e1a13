package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.bench.report.TerminalPicture;
import io.tacit.client.deployment.Deployment;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.FloatEvaluator;
import io.tacit.model.reference.IntegerEvaluator;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--protocol",
            defaultValue = "outsourced",
            description = "trust setting: outsourced, securenets, popcorn, privdnn or seco (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Option(names = "--clouds", description = "securenets: 1 (weights public), 2 (default) or 3 clouds")
    private @Nullable Integer clouds;

    @Option(
            names = "--policy",
            description =
                    "outsourced, popcorn, privdnn, seco: what the asking party learns: scores (default), top-k or label")
    private @Nullable String policy;

    @Option(
            names = "--mode",
            description =
                    "privdnn, seco: hardened (default) or published (for comparison: does not keep what it should hide)")
    private @Nullable String mode;

    @Mixin
    private HiddenDepth hiddenDepth;

    @Option(
            names = "--page",
            defaultValue = "tacit-demo.html",
            paramLabel = "FILE",
            description = "page to write (default: ${DEFAULT-VALUE})")
    private Path page;

    @Parameters(
            arity = "0..*",
            paramLabel = "PICTURE",
            description =
                    "pictures, light on dark, of clothes, or under privdnn and seco of digits (default: some of the bundled"
                            + " ones)")
    private List<Path> given = List.of();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        DemoScenario scenario = scenario();
        OutputFile.check(page);
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("tacit-demo");
        List<PartyProcess> parties = new ArrayList<>();
        try {
            DemoSubject subject = scenario.subject(given);
            IntegerNetworkFile.write(subject.network(), folder.resolve("demo.tacit"));
            Deployment deployment =
                    scenario.deployment(folder, subject).write(folder).deployment();
            PublishedMode.warn(deployment);
            out.printf(
                    "Tacit demo: %s%nnetwork: %s, %,d weights, %,d multiplications a picture; %s%n",
                    scenario.title(),
                    subject.network().name(),
                    subject.network().weights(),
                    subject.network().multiplications(),
                    scenario.network(subject));
            out.flush();
            Path model = scenario.start(folder, subject, parties);
            List<String> arguments =
                    new ArrayList<>(List.of("predict", "--model", model.toString(), "--json", "answers.json"));
            subject.files().forEach(file -> arguments.add(file.toAbsolutePath().toString()));
            DemoScenario.doing("the " + deployment.protocol().askingRole() + " asks");
            PartyProcess asking = PartyProcess.start(
                    folder, deployment.protocol().askingRole(), scenario.askingProperties(), arguments);
            parties.add(asking);
            asking.finish(DemoScenario.PATIENCE_SECONDS);
            PredictCommand.Outcome outcome = JsonMapper.shared()
                    .readValue(folder.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
            Map<String, Long> pids = new TreeMap<>();
            parties.forEach(party -> pids.put(party.name(), party.pid()));
            return show(out, scenario, deployment, subject, outcome, pids, folder) ? 0 : 1;
        } finally {
            parties.forEach(PartyProcess::close);
            ScratchFolder.delete(folder);
        }
    }

    private DemoScenario scenario() {
        if (clouds != null && !protocol.equals("securenets")) {
            throw new BadInput("--clouds is for securenets");
        }
        if (mode != null && !protocol.equals("privdnn") && !protocol.equals("seco")) {
            throw new BadInput("--mode is for privdnn and seco");
        }
        if (hiddenDepth.given() && !protocol.equals("seco")) {
            throw new BadInput("--hide-depth is for seco");
        }
        String told = policy == null ? "scores" : policy;
        switch (protocol) {
            case "outsourced" -> {
                return new OutsourcedDemo(told);
            }
            case "popcorn" -> {
                return new PopcornDemo(told);
            }
            case "privdnn" -> {
                return new PrivDnnDemo(mode == null ? "hardened" : mode, told);
            }
            case "seco" -> {
                return new SecoDemo(mode == null ? "hardened" : mode, hiddenDepth.rounds(), told);
            }
            case "securenets" -> {
                if (policy != null) {
                    throw new BadInput("--policy: the user of securenets has all scores");
                }
                int count = clouds == null ? 2 : clouds;
                if (count < 1 || count > 3) {
                    throw new BadInput("--clouds " + clouds + " is not 1, 2 or 3");
                }
                return new SecureNetsDemo(count);
            }
            default ->
                throw new BadInput("this version demonstrates outsourced, securenets, popcorn, privdnn and seco, not '"
                        + protocol + "'");
        }
    }

    private boolean show(
            PrintWriter out,
            DemoScenario scenario,
            Deployment deployment,
            DemoSubject subject,
            PredictCommand.Outcome outcome,
            Map<String, Long> pids,
            Path folder)
            throws IOException {
        IntegerTensor plain;
        FloatEvaluator floats;
        try (Cores cores = new Cores()) {
            plain = new IntegerEvaluator(scenario.computed(subject), cores.workers()).evaluate(subject.inputs());
            floats = new FloatEvaluator(subject.graph(), cores.workers());
        }
        boolean colours = Boolean.getBoolean("tacit.terminal") && System.getenv("NO_COLOR") == null;
        HtmlPage html = new HtmlPage(
                "Tacit demo: " + scenario.title(),
                "Every party was a process of its own on this machine, connected by TLS 1.3 with fresh certificates.");
        boolean equal = true;
        Preprocessor preprocessor = new Preprocessor(subject.reading());
        for (int i = 0; i < subject.files().size(); i++) {
            PredictCommand.Answer answer = outcome.answers().get(i);
            List<String> plainScores = scores(plain, i, subject.network().classes());
            boolean same = agrees(answer, plain, i, subject.network().classes());
            equal &= same;
            float[] real = floats.evaluate(preprocessor.reals(subject.pictures().get(i)));
            List<HtmlPage.Picture> row = new ArrayList<>();
            BufferedImage original = subject.drawn(i);
            row.add(new HtmlPage.Picture(
                    original, "the " + deployment.protocol().askingRole() + "'s picture"));
            row.addAll(scenario.seen(folder, subject, i));
            draw(out, row, original.getWidth(), colours);
            String file = String.valueOf(subject.files().get(i).getFileName());
            String plainName = subject.className(plain.argMax(i));
            String floatName = subject.className(argMax(real));
            String compared = answer.scores().isEmpty() ? "classes" : "scores";
            out.printf(
                    "%s: private answer %s, plaintext integer network %s, float network %s; %s %s%n",
                    file, told(subject, answer), plainName, floatName, compared, same ? "equal" : "DIFFERENT");
            html.heading(file + ": " + answer.name());
            html.pictures(196, row);
            html.table(
                    List.of("", "class", "scores"),
                    List.of(
                            List.of(
                                    "private",
                                    told(subject, answer),
                                    answer.scores().isEmpty() ? "not disclosed" : String.join(" ", answer.scores())),
                            List.of("plaintext integer network", plainName, String.join(" ", plainScores)),
                            List.of("float network", floatName, String.join(" ", rounded(real)))));
            html.verdict(
                    same, same ? "private " + compared + " = plaintext " + compared : "the " + compared + " differ");
        }
        costs(out, html, scenario, subject, deployment, outcome, pids);
        String verdict =
                equal ? "private answer = plaintext answer" : "private answer differs from the plaintext answer";
        html.verdict(equal, verdict);
        html.write(page);
        out.println();
        out.println("page: " + page.toAbsolutePath());
        out.println(verdict);
        out.flush();
        return equal;
    }

    private static void draw(PrintWriter out, List<HtmlPage.Picture> row, int columns, boolean colours) {
        out.println();
        List<List<String>> drawn = row.stream()
                .map(picture -> TerminalPicture.lines(picture.image(), columns, colours))
                .toList();
        TerminalPicture.sideBySide(drawn, columns, 3).forEach(out::println);
        StringBuilder captions = new StringBuilder();
        row.forEach(picture -> captions.append(String.format("%-" + (columns + 3) + "s", picture.caption())));
        out.println(captions.toString().stripTrailing());
    }

    private static List<String> scores(IntegerTensor plain, int picture, int classes) {
        return IntStream.range(0, classes)
                .mapToObj(c -> plain.getBig(picture * classes + c).toString())
                .toList();
    }

    /** Whether the private answer is what the plaintext network says, as far as it was disclosed. */
    private static boolean agrees(PredictCommand.Answer answer, IntegerTensor plain, int picture, int classes) {
        if (!answer.scores().isEmpty() && !answer.scores().equals(scores(plain, picture, classes))) {
            return false;
        }
        List<Integer> ranked = IntStream.range(0, classes)
                .boxed()
                .sorted((a, b) -> plain.getBig(picture * classes + b).compareTo(plain.getBig(picture * classes + a)))
                .toList();
        return answer.label() == plain.argMax(picture)
                && answer.best().equals(ranked.subList(0, answer.best().size()));
    }

    private static String told(DemoSubject subject, PredictCommand.Answer answer) {
        Double probability = answer.probability();
        return probability != null
                ? String.format("%s (%.1f %%)", answer.name(), 100 * probability)
                : String.join(
                        ", ", answer.best().stream().map(subject::className).toList());
    }

    private static void costs(
            PrintWriter out,
            HtmlPage html,
            DemoScenario scenario,
            DemoSubject subject,
            Deployment deployment,
            PredictCommand.Outcome outcome,
            Map<String, Long> pids) {
        List<List<String>> rows = new ArrayList<>();
        for (String role : deployment.roles().keySet()) {
            DemoScenario.Part part = scenario.part(role);
            Long pid = pids.get(role);
            rows.add(List.of(role, pid == null ? "not running" : "process " + pid, part.held(), part.learned()));
        }
        html.heading("Who held what, who learned what").table(List.of("party", "where", "held", "learned"), rows);
        for (String remark : scenario.remarks()) {
            out.println(remark);
            html.paragraph(remark);
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
                PredictCommand.DEPLOYED_BY_OTHERS.contains(deployment.protocol())
                        ? "%d pictures: connect %.2f s (the servers had prepared before), predict (online) %4$.3f s;"
                                + " the JVMs were cold"
                        : "%d pictures: connect and deploy %.2f s, prepare (offline) %.3f s, predict (online) %.3f s;"
                                + " the JVMs were cold",
                outcome.answers().size(),
                outcome.connectSeconds(),
                outcome.prepareSeconds(),
                outcome.predictSeconds());
        out.println(seconds);
        html.heading("What it cost the " + deployment.protocol().askingRole())
                .table(List.of("peer", "phase", "bytes to it", "bytes back", "messages", "round trips"), cost)
                .paragraph(seconds)
                .paragraph(scenario.network(subject));
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
}
