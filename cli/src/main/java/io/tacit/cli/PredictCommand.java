package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.api.Prediction;
import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.data.InputSet;
import io.tacit.model.data.Pictures;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.material.MaterialStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks about pictures: the querying party of a deployment. */
@Command(name = "predict", description = "Asks privately about pictures (PNG or JPEG).")
final class PredictCommand implements Callable<Integer> {
    /** The asking party deploys nothing, and prepares nothing, or next to nothing. */
    static final Set<TrustSetting> DEPLOYED_BY_OTHERS = Set.of(TrustSetting.OUTSOURCED, TrustSetting.SECO);

    private static final int PROGRESS_STEPS = 1_000;

    /** Of those that are queries each: enough that several run side by side. */
    private static final int QUERIES_AT_A_TIME = 16;

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Parameters(arity = "0..*", paramLabel = "PICTURE", description = "files; several are asked about in one batch")
    private List<Path> pictures = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "in place of pictures: the test images of a data set of 'tacit data', in one batch")
    private @Nullable Path data;

    @Option(names = "--limit", defaultValue = "1000", description = "most images of the data set (default: 1000)")
    private int limit;

    @Option(names = "--json", paramLabel = "FILE", description = "writes answers, traffic and times as JSON")
    private @Nullable Path json;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description =
                    "asks in batches of as many as the deployment allows and keeps their answers in FILE: the same"
                            + " command, run again, asks for the rest")
    private @Nullable Path resume;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    PredictCommand() {}

    /**
     * What one run told, as {@code --json} writes it.
     *
     * @param connectSeconds from start to deployed at all parties
     * @param prepareSeconds offline work
     * @param predictSeconds from pictures to answers
     * @param traffic application bytes by peer and phase
     */
    record Outcome(
            List<Answer> answers,
            double connectSeconds,
            double prepareSeconds,
            double predictSeconds,
            Map<String, Map<Phase, Traffic.Count>> traffic) {}

    /**
     * One picture's answer, as far as the deployment discloses it.
     *
     * @param best indices of the classes that are named, best first
     * @param probability of the best class; null where the scores are not disclosed
     * @param scores decimal, so that no reader rounds them; empty where they are not disclosed
     */
    record Answer(
            String picture,
            int label,
            String name,
            List<Integer> best,
            @Nullable Double probability,
            List<String> scores) {

        Answer {
            best = List.copyOf(best);
            scores = List.copyOf(scores);
        }
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path jsonFile = json;
        if (jsonFile != null) {
            OutputFile.check(jsonFile);
        }
        if (pictures.isEmpty() == (data == null) || limit < 1) {
            throw new BadInput("name each PICTURE, or a data set with --data and at least one image as --limit");
        }
        query.checkNetwork();
        InputSet asked = new Pictures(pictures.stream().map(PictureReader::read).toList());
        long start = System.nanoTime();
        try (MaterialStore store = query.store();
                PrivateModel model = query.open(store)) {
            long deployed = System.nanoTime();
            if (model.network().preprocessing().order() == ChannelOrder.NUMBERS) {
                throw new BadInput(
                        "this network reads rows of numbers, not pictures; ask it from Java with PrivateModel.predict");
            }
            Path set = data;
            if (set != null) {
                asked = Inputs.read(
                        set,
                        false,
                        limit,
                        model.network().input().shape().size(),
                        model.network().preprocessing());
            }
            Asked answered = answers(model, asked, answer -> {
                if (set == null) {
                    out.println(answer.picture + ": "
                            + (answer.probability != null
                                    ? String.format(Locale.ROOT, "%s (%.1f %%)", answer.name, 100 * answer.probability)
                                    : String.join(", ", Prediction.names(model.network(), answer.best))));
                    out.flush();
                }
            });
            List<Answer> answers = answered.answers;
            if (set != null) {
                int correct = 0;
                for (int i = 0; i < answers.size(); i++) {
                    correct += answers.get(i).label == asked.label(i) ? 1 : 0;
                }
                out.printf(Locale.ROOT, "%d of %d images named rightly%n", correct, answers.size());
            }
            Map<String, Map<Phase, Traffic.Count>> traffic = new TreeMap<>();
            model.traffic().forEach((peer, t) -> traffic.put(peer, t.byPhase()));
            Traffic.Count online = model.traffic().values().stream()
                    .map(t -> t.in(Phase.PREDICT))
                    .reduce(Traffic.Count.NOTHING, Traffic.Count::plus);
            Outcome outcome = new Outcome(
                    answers, (deployed - start) / 1e9, answered.prepareSeconds, answered.predictSeconds, traffic);
            boolean servers = DEPLOYED_BY_OTHERS.contains(query.deployment().protocol());
            out.printf(
                    Locale.ROOT,
                    "%d %s, %s s (%s); online %,d bytes sent, %,d received%n",
                    answers.size(),
                    answers.size() == 1 ? "picture" : "pictures",
                    HtmlPage.figure(outcome.predictSeconds),
                    servers
                            ? "connect " + HtmlPage.figure(outcome.connectSeconds) + " s"
                            : "connect and deploy " + HtmlPage.figure(outcome.connectSeconds) + " s, prepare "
                                    + HtmlPage.figure(outcome.prepareSeconds) + " s",
                    online.bytesSent(),
                    online.bytesReceived());
            if (jsonFile != null) {
                OutputFile.writeJson(jsonFile, outcome);
                out.println("written: " + jsonFile);
            }
        }
        return 0;
    }

    /** Answers, and what getting those took that were not there already. */
    private record Asked(List<Answer> answers, double prepareSeconds, double predictSeconds) {}

    /**
     * Batch by batch: all in one, or, where answers are kept, as many as the deployment allows, or, where each is a query of its
     * own, a few, so that what has been answered is there when a server fails.
     *
     * @param told each answer as it comes, those included that were there already
     */
    private Asked answers(PrivateModel model, InputSet asked, Consumer<Answer> told) throws IOException {
        IntegerTensor inputs = integers(asked, model.network());
        double[] seconds = new double[2];
        List<Answer> answers = new ArrayList<>();
        try (AnswerLog log = resume == null ? null : AnswerLog.open(resume, question(inputs))) {
            if (log != null) {
                answers.addAll(log.answers());
                answers.forEach(told);
            }
            int batch =
                    log == null ? inputs.batch() : query.deployment().limits().batch();
            if (DEPLOYED_BY_OTHERS.contains(query.deployment().protocol())) {
                batch = Math.min(batch, QUERIES_AT_A_TIME);
            }
            while (answers.size() < inputs.batch()) {
                int from = answers.size();
                List<Answer> fresh =
                        ask(model, inputs.slice(from, Math.min(batch, inputs.batch() - from)), from, seconds);
                if (log != null) {
                    log.append(fresh);
                }
                answers.addAll(fresh);
                fresh.forEach(told);
            }
        }
        return new Asked(answers, seconds[0], seconds[1]);
    }

    /** What the answers of a run belong to: the deployment, which names the network, and the inputs. */
    private Sha256 question(IntegerTensor inputs) {
        ByteBuffer bytes = ByteBuffer.allocate(Sha256.BYTES + Integer.BYTES * (1 + inputs.ints().length));
        bytes.put(query.deployment().hash().bytes()).putInt(inputs.batch());
        for (int value : inputs.ints()) {
            bytes.putInt(value);
        }
        return Sha256.of(bytes.array());
    }

    /**
     * One batch.
     *
     * @param first number of its first input among all
     * @param seconds those of preparing and of predicting are added
     */
    private List<Answer> ask(PrivateModel model, IntegerTensor inputs, int first, double[] seconds) {
        long start = System.nanoTime();
        model.prepare(inputs.batch());
        long prepared = System.nanoTime();
        List<Prediction> predictions = predictions(model, inputs);
        seconds[0] += (prepared - start) / 1e9;
        seconds[1] += (System.nanoTime() - prepared) / 1e9;
        List<Answer> answers = new ArrayList<>();
        for (Prediction p : predictions) {
            int number = first + answers.size();
            answers.add(new Answer(
                    data == null ? pictures.get(number).toString() : "image " + number,
                    p.label(),
                    p.name(),
                    p.best(),
                    p.probability().isPresent() ? p.probability().getAsDouble() : null,
                    p.scores().stream().map(Object::toString).toList()));
        }
        return answers;
    }

    /** With progress where answers can take minutes. */
    private List<Prediction> predictions(PrivateModel model, IntegerTensor inputs) {
        TrustSetting protocol = query.deployment().protocol();
        if (protocol != TrustSetting.POPCORN && protocol != TrustSetting.PRIVDNN) {
            return model.predict(inputs);
        }
        try (Progress progress = Progress.estimating("tacit predict", PROGRESS_STEPS)) {
            return model.predict(inputs, share -> progress.moveTo((long) (share * PROGRESS_STEPS), ""));
        }
    }

    /** The inputs as the network reads them. */
    private static IntegerTensor integers(InputSet inputs, PublicNetwork network) {
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        int size = network.input().shape().size();
        int[] values = new int[Math.multiplyExact(inputs.size(), size)];
        for (int i = 0; i < inputs.size(); i++) {
            System.arraycopy(inputs.integers(i, preprocessor, network.inputRange()), 0, values, i * size, size);
        }
        return IntegerTensor.ofInts(inputs.size(), network.input().shape(), values);
    }
}
