package io.tacit.bench.securenets;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The paper's table for one network, a row a mode, with every party on this machine. */
public final class SecureNetsTable {
    private static final int LANES = 2;

    private SecureNetsTable() {}

    /**
     * One mode.
     *
     * @param memory parties in one process, nothing encrypted: the protocol's own work
     * @param tls the same over TLS 1.3 on loopback
     */
    public record Row(Figures memory, Figures tls) {

        /** Processor seconds that carrying the bytes costs, both sides together. */
        public double transferSeconds() {
            double over = tls.userOnlineSeconds() + tls.cloudSeconds();
            return Math.max(0, over - memory.userOnlineSeconds() - memory.cloudSeconds());
        }

        /** Reduction of the user's work over TLS against local evaluation, as the paper reports it: 0.64 for "64 % less". */
        public double reduction() {
            return 1 - tls.userShare();
        }

        /** Multiplications a transferred value at which the user's work over TLS equals local evaluation; more is a gain. */
        public double breakEvenMultiplications() {
            double values = tls.bytesPerImage() / tls.bytesPerValue();
            double perValue = tls.userOnlineSeconds() / (values * tls.images());
            double perMultiplication = tls.localSeconds() / ((double) tls.multiplications() * tls.images());
            return perValue / perMultiplication;
        }
    }

    /** Plain local evaluation is the baseline of every row; published with 0, 10 and 100 spot checks; blinded with 1, 2, 3 clouds. */
    public static List<Settings> allModes() {
        return List.of(
                Settings.asPublished(0),
                Settings.asPublished(10),
                Settings.asPublished(100),
                Settings.of(Mode.BLINDED_ONE),
                Settings.of(Mode.BLINDED_TWO),
                Settings.of(Mode.BLINDED_THREE));
    }

    /** Measures one mode on one batch. Every answer is compared with the reference's. */
    public static Row measure(
            IntegerNetwork network, IntegerTensor inputs, Settings settings, int warmUps, int repetitions) {
        Measurement measurement = new Measurement(network, inputs, LANES, warmUps, repetitions);
        try {
            Path folder = Files.createTempDirectory("tacit-bench");
            try (TlsCarrier carrier = new TlsCarrier(folder, settings.mode())) {
                List<Figures> figures = measurement.run(settings, List.of(Carrier.memory(), carrier));
                return new Row(figures.get(0), figures.get(1));
            } finally {
                try (var files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One 3x3 convolution of 512 to 512 channels over 14x14 positions: 2,304 multiplications a transferred value. */
    public static IntegerNetwork wideConvolution() {
        ConvolutionGeometry geometry = ConvolutionGeometry.square(512, 14, 512, 3, 1, 1);
        int[] weights = new int[geometry.weightCount()];
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("bench", "weights")) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] = prg.nextBelow(255) - 127;
            }
        }
        TensorShape shape = new TensorShape(512, 14, 14);
        List<Step> steps = List.of(
                new Step.Input("input", shape, Range.of(0, 255)),
                new Step.Linear("conv", 0, geometry, weights, new long[512], Range.of(0, 0)));
        Preprocessing none = new Preprocessing(
                14, 14, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("conv 3x3 512-512", none, steps, 1.0).withProvenRanges();
    }

    /** Uniform inputs of 8 bits. */
    public static IntegerTensor uniformInputs(IntegerNetwork network, int batch) {
        TensorShape shape = network.input().shape();
        int[] values = new int[batch * shape.size()];
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("bench", "inputs")) {
            for (int i = 0; i < values.length; i++) {
                values[i] = prg.nextBelow(256);
            }
        }
        return IntegerTensor.ofInts(batch, shape, values);
    }
}
