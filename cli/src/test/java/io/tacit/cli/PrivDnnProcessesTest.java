package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.Pictures;
import io.tacit.model.image.PictureReader;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Owner and user, each a process, over TLS, with a bundle as the owner ships it; all scores are the separated network's. */
class PrivDnnProcessesTest {
    private static final long PATIENCE_SECONDS = 600;

    @TempDir
    private Path work;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    PrivDnnProcessesTest() {}

    @Test
    @Timeout(1_200)
    void scoresAreTheSeparatedNetworks() throws Exception {
        answersAreExact("hardened", "1;3", ProcessesTest.samples().subList(0, 1));
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hardened | 5;0,12,14",
                "hardened | 5;0,8,12,14",
                "hardened | 0,5;0,2,8,11,12,14",
                "published | 1;3",
                "published | 5;0,12,14",
                "published | 5;0,8,12,14",
                "published | 0,5;0,2,8,11,12,14"
            })
    @Timeout(3_600)
    void budgetsOfThePaper(String mode, String core) throws Exception {
        answersAreExact(mode, core, ProcessesTest.samples());
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

    private void answersAreExact(String mode, String core, List<Path> pictures) throws Exception {
        IntegerNetwork network = lenet(ProcessesTest.samples());
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
                        "--endpoint",
                        "owner=" + DemoScenario.freeEndpoint()));
        try (PartyProcess owner = PartyProcess.start(
                work,
                "owner",
                List.of(),
                List.of("serve", "--role", "owner", "--model", "net.bundle.tacit", "--core-key", "net.core-key"))) {
            owner.await(": ready on ", PATIENCE_SECONDS);
            List<String> arguments =
                    new ArrayList<>(List.of("predict", "--model", "net.bundle.tacit", "--json", "answers.json"));
            pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
            run("user", arguments);
        }
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(work.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        CoreSegment segment = CoreSegment.of(network);
        IntegerTensor expected = new IntegerEvaluator(
                        Separation.separated(network, segment, filters(core)), Workers.NONE)
                .evaluate(ProcessesTest.inputs(network, pictures));
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(outcome.answers().get(i).scores())
                    .as("%s, %s, picture %d", mode, core, i)
                    .isEqualTo(OutsourcedProcessesTest.scores(network, expected, i));
        }
        System.out.printf(
                "privdnn %s {%s}: bundle %.1f MB, %d pictures %.1f s%n",
                mode,
                core,
                Files.size(work.resolve("net.bundle.tacit")) / 1e6,
                pictures.size(),
                outcome.predictSeconds());
    }

    private void run(String name, List<String> arguments) throws IOException, InterruptedException {
        try (PartyProcess process = PartyProcess.start(work, name, List.of(), arguments)) {
            process.finish(PATIENCE_SECONDS);
        }
    }
}
