package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.data.Pictures;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Owner and user, each a process, over TLS, with a bundle as the owner ships it; all scores are the separated network's. */
class PrivDnnProcessesTest {
    private static final long PATIENCE_SECONDS = 3_000;

    @TempDir
    private Path work;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    PrivDnnProcessesTest() {}

    @Test
    @Timeout(1_200)
    void scoresAreTheSeparatedNetworks() throws Exception {
        IntegerNetwork network = lenet(ProcessesTest.samples());
        deploy(network, "hardened", "1;3", 64);
        List<Path> pictures = ProcessesTest.samples().subList(0, 1);
        try (PartyProcess owner = owner(List.of())) {
            List<String> arguments = new ArrayList<>(List.of("--json", "answers.json"));
            pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
            predict(List.of(), arguments);
        }
        requireExact(network, "1;3", ProcessesTest.inputs(network, pictures));
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hardened | 5;0,12,14 | 64",
                "hardened | 5;0,8,12,14 | 512",
                "hardened | 0,5;0,2,8,11,12,14 | 64",
                "published | 1;3 | 64",
                "published | 5;0,12,14 | 512",
                "published | 5;0,8,12,14 | 512",
                "published | 0,5;0,2,8,11,12,14 | 512"
            })
    @Timeout(3_600)
    void budgetsOfThePaper(String mode, String core, int images) throws Exception {
        answersAreExact(mode, core, images, List.of());
    }

    /** All filters of both layers: the paper's baseline of full encryption. */
    @Test
    @Tag("slow")
    @Timeout(7_200)
    void fullEncryption() throws Exception {
        answersAreExact("published", "0,1,2,3,4,5;0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", 64, List.of("-Xmx1g"));
    }

    /** As many pictures as have a slot, or in mode hardened as many as a deployment allows if it does not say otherwise. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"published, 16384", "hardened, 4096"})
    @Timeout(7_200)
    void aUserNeedsOneGibibyte(String mode, int images) throws Exception {
        answersAreExact(mode, "5;0,8,12,14", images, List.of("-Xmx1g"));
    }

    /**
     * Three batches. The user is killed in the second; run again, it asks for what it has no answers to. The owner's quota is
     * enough for that and for the batch that was broken off, and not for the first batch once more.
     */
    @Test
    @Tag("slow")
    @Timeout(3_600)
    void aKilledUserGoesOnWithTheBatchThatItHasNoAnswersTo() throws Exception {
        int batch = 8;
        int images = 20;
        IntegerNetwork network = lenet(ProcessesTest.samples());
        LabelledImages pictures = pictures(images);
        write(pictures, work.resolve("pictures"));
        deploy(network, "hardened", "1;3", batch);
        List<String> arguments = List.of("--data", "pictures", "--json", "answers.json", "--resume", "answers.log");
        TensorShape boundary =
                network.steps().get(CoreSegment.of(network).boundary()).shape();
        int values = (images + batch) * boundary.height() * boundary.width();
        try (PartyProcess owner = owner(List.of("--values-per-day", Integer.toString(values)))) {
            Path log = work.resolve("answers.log");
            try (PartyProcess user = startPredict(List.of(), arguments)) {
                while (!Files.exists(log) || lines(log) < 2) {
                    assertThat(ProcessHandle.of(user.pid()).map(ProcessHandle::isAlive))
                            .contains(true);
                    Thread.sleep(20);
                }
                ProcessHandle victim = ProcessHandle.of(user.pid()).orElseThrow();
                victim.destroyForcibly();
                victim.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(lines(log)).isEqualTo(2); // the question and the first batch
            Files.write(log, "[{\"pict".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
            predict(List.of(), arguments);
            requireExact(network, "1;3", inputs(network, pictures));
            assertThat(lines(log)).isEqualTo(4);
            predict(List.of(), arguments); // asks nothing
            requireExact(network, "1;3", inputs(network, pictures));
            write(pictures(images + 1), work.resolve("pictures"));
            assertThatThrownBy(() -> predict(List.of(), arguments))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("other inputs");
            Files.delete(log);
            assertThatThrownBy(() -> predict(List.of(), arguments))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("owner");
        }
    }

    private static int lines(Path file) throws IOException {
        return (int) Files.readString(file).chars().filter(c -> c == '\n').count();
    }

    private static CoreFilters filters(String core) {
        String[] layers = core.split(";");
        return new CoreFilters(numbers(layers[0]), numbers(layers[1]));
    }

    private static List<Integer> numbers(String list) {
        return List.of(list.split(",")).stream().map(Integer::valueOf).toList();
    }

    /** LeNet-5 with squares, its first two convolutions one deferred segment. */
    private static IntegerNetwork lenet(List<Path> pictures) {
        Path file = Path.of("..", "examples", "networks", "mnist_lenet5_square.onnx");
        Preprocessing reading = Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1.0 / 255);
        return new Quantizer(
                        new OnnxImporter().read(file, ImportOptions.DEFAULT),
                        reading,
                        new Pictures(pictures.stream().map(PictureReader::read).toList()),
                        Provenance.NONE,
                        Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT.withDeferred(
                        List.of(new QuantizerOptions.Segment("/0/Conv", "/3/Conv"))));
    }

    /** Variations of the samples, so that no two are the same. */
    private static LabelledImages pictures(int count) throws IOException {
        List<Path> samples;
        try (var all = Files.list(Path.of("..", "examples", "samples"))) {
            samples = all.filter(path -> path.getFileName().toString().startsWith("mnist-"))
                    .sorted()
                    .toList();
        }
        Pictures read = new Pictures(samples.stream().map(PictureReader::read).toList());
        Preprocessor bytes = new Preprocessor(Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1.0));
        byte[] pixels = new byte[count * 28 * 28];
        for (int i = 0; i < count; i++) {
            int[] sample = read.integers(i % samples.size(), bytes, Range.of(0, 255));
            int turned = i / samples.size();
            for (int k = 0; k < sample.length; k++) {
                pixels[i * sample.length + k] = (byte) sample[(k + turned) % sample.length];
            }
        }
        return new LabelledImages(1, 28, 28, pixels, new int[count]);
    }

    /** As a data set's test images in idx files. */
    private static void write(LabelledImages images, Path folder) throws IOException {
        Files.createDirectories(folder);
        int size = images.height() * images.width();
        ByteBuffer content = ByteBuffer.allocate(16 + images.size() * size)
                .putInt(0x0803)
                .putInt(images.size())
                .putInt(images.height())
                .putInt(images.width());
        content.put(images.pixels(), 0, images.size() * size);
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), content.array());
        Files.write(
                folder.resolve("t10k-labels-idx1-ubyte"),
                ByteBuffer.allocate(8 + images.size())
                        .putInt(0x0801)
                        .putInt(images.size())
                        .array());
    }

    private static IntegerTensor inputs(IntegerNetwork network, LabelledImages pictures) {
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        int size = network.input().shape().size();
        int[] values = new int[pictures.size() * size];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.integers(i, preprocessor, network.input().range()), 0, values, i * size, size);
        }
        return IntegerTensor.ofInts(pictures.size(), network.input().shape(), values);
    }

    private void answersAreExact(String mode, String core, int images, List<String> options) throws Exception {
        IntegerNetwork network = lenet(ProcessesTest.samples());
        LabelledImages pictures = pictures(images);
        write(pictures, work.resolve("pictures"));
        deploy(network, mode, core, images);
        try (PartyProcess owner = owner(List.of())) {
            predict(
                    options,
                    List.of("--data", "pictures", "--limit", Integer.toString(images), "--json", "answers.json"));
        }
        PredictCommand.Outcome outcome = requireExact(network, core, inputs(network, pictures));
        System.out.printf(
                "privdnn %s {%s}: bundle %.1f MB, %d pictures %.1f s%n",
                mode, core, Files.size(work.resolve("net.bundle.tacit")) / 1e6, images, outcome.predictSeconds());
    }

    private void deploy(IntegerNetwork network, String mode, String core, int batch) throws Exception {
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        run("pack", List.of("privdnn", "pack", "net.tacit", "--core", core, "--mode", mode, "--policy", "scores"));
        run(
                "keygen",
                List.of(
                        "keygen",
                        "--protocol",
                        "privdnn",
                        "--model",
                        "net.bundle.tacit",
                        "--batch",
                        Integer.toString(batch),
                        "--endpoint",
                        "owner=" + DemoScenario.freeEndpoint()));
    }

    private PartyProcess owner(List<String> more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("serve", "--role", "owner", "--model", "net.bundle.tacit", "--core-key", "net.core-key"));
        arguments.addAll(more);
        PartyProcess owner = PartyProcess.start(work, "owner", List.of(), arguments);
        owner.await(": ready on ", PATIENCE_SECONDS);
        return owner;
    }

    private PartyProcess startPredict(List<String> options, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("predict", "--model", "net.bundle.tacit"));
        arguments.addAll(more);
        List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        all.addAll(options);
        return PartyProcess.start(work, "user", List.of(), all, arguments);
    }

    private void predict(List<String> options, List<String> more) throws IOException, InterruptedException {
        Files.deleteIfExists(work.resolve("answers.json"));
        try (PartyProcess user = startPredict(options, more)) {
            user.finish(PATIENCE_SECONDS);
        }
    }

    private PredictCommand.Outcome requireExact(IntegerNetwork network, String core, IntegerTensor inputs) {
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(work.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        CoreSegment segment = CoreSegment.of(network);
        IntegerEvaluator separated =
                new IntegerEvaluator(Separation.separated(network, segment, filters(core)), Workers.NONE);
        assertThat(outcome.answers()).hasSize(inputs.batch());
        int group = 256;
        for (int first = 0; first < inputs.batch(); first += group) {
            int count = Math.min(group, inputs.batch() - first);
            IntegerTensor expected = separated.evaluate(inputs.slice(first, count));
            for (int i = 0; i < count; i++) {
                assertThat(outcome.answers().get(first + i).scores())
                        .as("%s, picture %d", core, first + i)
                        .isEqualTo(OutsourcedProcessesTest.scores(network, expected, i));
            }
        }
        return outcome;
    }

    private void run(String name, List<String> arguments) throws IOException, InterruptedException {
        try (PartyProcess process = PartyProcess.start(work, name, List.of(), arguments)) {
            process.finish(PATIENCE_SECONDS);
        }
    }
}
