package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.IntegerEvaluator;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained networks, quantised: every mode returns the reference's integers, over 2^31 - 1. */
class ExampleNetworksTest {
    private static final Path NETWORKS = Path.of("..", "examples", "networks");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mnist_sn_mlp",
                "mnist_sn_cnn",
                "cifar_sn",
                "mnist_m1_relu",
                "mnist_m1_square",
                "mnist_m4",
                "mnist_m4_avg",
                "mnist_lenet"
            })
    void everyModeReturnsTheReference(String name) {
        boolean colour = name.startsWith("cifar");
        int size = colour ? 32 : 28;
        int channels = colour ? 3 : 1;
        Preprocessing preprocessing = new Preprocessing(
                size,
                size,
                0,
                colour ? Preprocessing.ChannelOrder.RGB : Preprocessing.ChannelOrder.GRAY,
                1 / 255.0,
                Collections.nCopies(channels, 0.0),
                Collections.nCopies(channels, 1.0),
                1,
                List.of());
        LabelledImages images = strokes(channels, size, 12);
        FloatGraph graph = new OnnxImporter().read(NETWORKS.resolve(name + ".onnx"), ImportOptions.DEFAULT);
        IntegerNetwork network = new Quantizer(graph, preprocessing, images, Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
        boolean large = network.multiplications() > 1_000_000;
        IntegerTensor inputs = integers(network, images, large ? 2 : 12);
        IntegerTensor reference = new IntegerEvaluator(network, Workers.NONE).evaluate(inputs);
        for (Mode mode : Mode.values()) {
            SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
            assertThat(plan.field()).isEqualTo(PrimeField.M31);
            try (Parties parties = new Parties(mode.clouds(), 1);
                    User user = new User(network, plan, parties.random, parties.userWorkers)) {
                user.deploy(parties.first());
                user.prepare(parties.store, inputs.batch());
                assertThat(NetworkMaker.values(user.predict(parties.lanes, parties.store, inputs)))
                        .as("%s, %s", name, mode)
                        .isEqualTo(NetworkMaker.values(reference));
            }
        }
    }

    /** Bright boxes on black: enough to make every layer of a trained network speak. */
    private static LabelledImages strokes(int channels, int size, int count) {
        Random random = new Random(21);
        byte[] pixels = new byte[count * channels * size * size];
        for (int plane = 0; plane < count * channels; plane++) {
            for (int stroke = 0; stroke < 4; stroke++) {
                int top = random.nextInt(size - 8);
                int left = random.nextInt(size - 8);
                int height = 2 + random.nextInt(6);
                int width = 2 + random.nextInt(6);
                for (int y = top; y < top + height; y++) {
                    for (int x = left; x < left + width; x++) {
                        pixels[(plane * size + y) * size + x] = (byte) (128 + random.nextInt(128));
                    }
                }
            }
        }
        return new LabelledImages(channels, size, size, pixels, new int[count]);
    }

    private static IntegerTensor integers(IntegerNetwork network, LabelledImages images, int count) {
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        int size = network.input().shape().size();
        int[] values = new int[count * size];
        for (int i = 0; i < count; i++) {
            int[] one = images.integers(i, preprocessor, network.input().range());
            System.arraycopy(one, 0, values, i * size, size);
        }
        return IntegerTensor.ofInts(count, network.input().shape(), values);
    }
}
