package io.tacit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.privdnn.CoreEvaluation;
import io.tacit.protocol.privdnn.CoreOutputs;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.CorePlan;
import io.tacit.protocol.privdnn.CoreShape;
import io.tacit.protocol.privdnn.EncryptedPart;
import io.tacit.protocol.privdnn.FilterRecords;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.ResidueModulus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The encrypted part of PrivDNN's networks other than LeNet-5, with seeded random weights: exactly the separated network's
 * integers. Of the larger ones a few rows of a picture, from whose seconds those of a whole one are told.
 */
class EncryptedShapesTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    EncryptedShapesTest() {}

    /** Number of rows of the input, 0 for all; filters of each layer are the first so many. */
    @Tag("slow")
    @Timeout(7_200)
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emnist | 0 | 1 | 3 | 64 | HARDENED",
                "emnist | 0 | 1 | 3 | 64 | PUBLISHED",
                "vgg16 | 8 | 1 | 1 | 8 | HARDENED",
                "vgg16 | 2 | 10 | 10 | 1 | HARDENED",
                "vgg16 | 2 | 10 | 10 | 8 | PUBLISHED",
                "alexnet | 0 | 1 | 2 | 4 | HARDENED",
                "resnet18 | 4 | 1 | 2 | 4 | HARDENED"
            })
    void outputsAreTheSeparatedNetworks(String name, int rows, int first, int second, int images, Mode mode)
            throws IOException {
        IntegerNetwork whole = network(name);
        IntegerNetwork network = rows == 0 ? whole : topRows(whole, rows);
        CoreFilters core = new CoreFilters(indices(first), indices(second));
        CoreSegment segment = CoreSegment.of(network);
        IntegerNetwork clearPart = Separation.clearPart(network, segment, core);
        IntegerNetwork separated = Separation.separated(network, segment, core);
        CorePlan plan = CorePlan.of(EncryptedPart.shape(clearPart, segment, core), mode);
        // the whole picture's plan has more results, so a smaller chance of failure of each: the chain is the same
        requireSameChain(whole, core, mode, plan);
        IntegerTensor inputs = SeededNetworks.inputs(network, images, 7);
        long[][] expected = outputs(separated, segment, core, inputs);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try (Seed seed = Seed.of(Arrays.copyOf(new byte[] {9}, Seed.BYTES));
                CoreOwner owner = new CoreOwner(plan, seed);
                Records records = new Records(plan, folder.resolve(name))) {
            try (Prg prg = seed.generator("weights")) {
                owner.encrypt(EncryptedPart.core(separated, segment, core), prg, records::append);
            }
            CoreEvaluation user = new CoreEvaluation(
                    plan,
                    EncryptedPart.plain(clearPart, segment, core),
                    owner.relinearizationKey(),
                    owner.publicKey(),
                    records,
                    Runtime.getRuntime().maxMemory() / 2,
                    new Workers(threads, 2));
            double seconds = run(plan, user, owner, seed, pixels(inputs), expected);
            double share = (double) kernelRows(network, segment) / kernelRows(whole, CoreSegment.of(whole));
            System.out.printf(
                    "%s, %s, %d and %d filters, %d images: %s%n"
                            + "  %s: %.1f s of processor time of the user; whole picture at most about %.0f s (%s)%n",
                    whole.name(),
                    mode,
                    first,
                    second,
                    images,
                    plan.describe(),
                    rows == 0 ? "all rows" : rows + " rows",
                    seconds,
                    seconds / share,
                    SeededNetworks.NOTE + (rows == 0 ? "" : ", extrapolated by products"));
        } finally {
            threads.shutdown();
        }
    }

    private static IntegerNetwork network(String name) {
        return switch (name) {
            case "emnist" -> SeededNetworks.emnist(1, Workers.NONE);
            case "vgg16" -> SeededNetworks.vgg16(1, Workers.NONE);
            case "alexnet" -> SeededNetworks.alexNet(1, Workers.NONE);
            default -> SeededNetworks.resNet18(1, Workers.NONE);
        };
    }

    /** Rows of kernels that meet no padding, over all rows of the second convolution's output: what products go with. */
    private static int kernelRows(IntegerNetwork network, CoreSegment segment) {
        ConvolutionGeometry g = segment.second(network).geometry();
        int rows = 0;
        for (int y = 0; y < g.outHeight(); y++) {
            for (int k = 0; k < g.kernelHeight(); k++) {
                int row = y * g.strideY() + k * g.dilationY() - g.padTop();
                rows += row >= 0 && row < g.inHeight() ? 1 : 0;
            }
        }
        return rows;
    }

    private static List<Integer> indices(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static IntegerNetwork whole(IntegerNetwork network, CoreFilters core) {
        return Separation.clearPart(network, CoreSegment.of(network), core);
    }

    private static void requireSameChain(IntegerNetwork whole, CoreFilters core, Mode mode, CorePlan plan) {
        CoreShape shape = EncryptedPart.shape(whole(whole, core), CoreSegment.of(whole), core);
        CorePlan other = CorePlan.of(shape, mode);
        assertThat(other.relinearizationKeyBytes()).isEqualTo(plan.relinearizationKeyBytes());
        assertThat(other.publicKeyBytes()).isEqualTo(plan.publicKeyBytes());
        assertThat(other.weightRecordBytes(0)).isEqualTo(plan.weightRecordBytes(0));
        assertThat(other.modulus()).isEqualTo(plan.modulus());
    }

    // ---- a part of a network

    /** The network up to the end of its encrypted part, for pictures of that many rows. */
    private static IntegerNetwork topRows(IntegerNetwork network, int rows) {
        List<Step> steps = new ArrayList<>();
        for (Step step : network.steps().subList(0, CoreSegment.of(network).boundary() + 1)) {
            int source = step.sources().isEmpty() ? 0 : step.sources().get(0);
            if (step instanceof Step.Input input) {
                TensorShape s = input.shape();
                steps.add(new Step.Input(input.name(), new TensorShape(s.channels(), rows, s.width()), input.range()));
            } else if (step instanceof Step.Linear linear) {
                ConvolutionGeometry g = linear.geometry();
                ConvolutionGeometry lower = new ConvolutionGeometry(
                        g.inChannels(),
                        steps.get(source).shape().height(),
                        g.inWidth(),
                        g.outChannels(),
                        g.kernelHeight(),
                        g.kernelWidth(),
                        g.strideY(),
                        g.strideX(),
                        g.padTop(),
                        g.padLeft(),
                        g.padBottom(),
                        g.padRight(),
                        g.dilationY(),
                        g.dilationX(),
                        g.groups());
                steps.add(new Step.Linear(
                        linear.name(),
                        source,
                        lower,
                        linear.weights(),
                        linear.bias(),
                        linear.biasShift(),
                        linear.range()));
            } else if (step instanceof Step.Deferred square) {
                steps.add(new Step.Deferred(
                        square.name(),
                        source,
                        square.kind(),
                        square.ceiling(),
                        steps.get(source).shape(),
                        square.range()));
            } else {
                throw new IllegalArgumentException(step.name());
            }
        }
        return new IntegerNetwork(network.name(), network.preprocessing(), steps, network.outputScale())
                .withProvenRanges();
    }

    // ---- what is to come out

    private static int[][] pixels(IntegerTensor inputs) {
        int size = inputs.shape().size();
        return IntStream.range(0, inputs.batch())
                .mapToObj(i -> Arrays.copyOfRange(inputs.ints(), i * size, (i + 1) * size))
                .toArray(int[][]::new);
    }

    /** By core filter and position, then image. */
    private static long[][] outputs(
            IntegerNetwork separated, CoreSegment segment, CoreFilters core, IntegerTensor inputs) {
        IntegerTensor all = new IntegerEvaluator(separated, Workers.NONE)
                .evaluateAll(inputs)
                .get(segment.boundary());
        int positions = all.shape().height() * all.shape().width();
        long[][] outputs = new long[core.second().size() * positions][inputs.batch()];
        for (int i = 0; i < outputs.length; i++) {
            int channel = core.second().get(i / positions);
            for (int image = 0; image < inputs.batch(); image++) {
                outputs[i][image] = all.get(image * all.shape().size() + channel * positions + i % positions);
            }
        }
        return outputs;
    }

    // ---- both parties

    /** Seconds of processor time without the owner's decryption. */
    private static double run(
            CorePlan plan, CoreEvaluation user, CoreOwner owner, Seed seed, int[][] pixels, long[][] expected) {
        ResidueModulus modulus = new ResidueModulus(plan.prime(0), plan.prime(1));
        int images = pixels.length;
        int[][][] residues = new int[2][expected.length][];
        AtomicInteger exact = new AtomicInteger();
        AtomicLong ownersNanos = new AtomicLong();
        CoreOutputs.MaskedSink sink = (prime, filter, position, returned, mask) -> {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            int[] decrypted = new int[images];
            owner.decrypt(prime, returned, images, decrypted, "user");
            for (int i = 0; i < mask.length; i++) {
                decrypted[i] = (int) Math.floorMod((long) decrypted[i] - mask[i], plan.prime(prime));
            }
            int output = filter * plan.shape().outputPositions() + position;
            residues[prime][output] = decrypted;
            if (residues[1 - prime][output] != null) {
                long[] combined = modulus.combine(residues[0][output], residues[1][output]);
                long[] values = Arrays.stream(combined).map(modulus::centred).toArray();
                assertThat(values)
                        .as("filter %d, position %d", filter, position)
                        .isEqualTo(expected[output]);
                exact.incrementAndGet();
            }
            ownersNanos.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        };
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = system.getProcessCpuTime();
        if (plan.mode() == Mode.PUBLISHED) {
            int[] scales = new int[plan.shape().secondCore().size()];
            Arrays.fill(scales, 1);
            user.published(
                    pixels,
                    scales,
                    (prime, filter, position, returned) -> sink.accept(prime, filter, position, returned, new int[0]));
        } else {
            try (Prg prg = seed.generator("masks")) {
                user.hardened(pixels, prg, sink);
            }
        }
        long used = system.getProcessCpuTime() - start - ownersNanos.get();
        assertThat(exact).hasValue(expected.length);
        return used / 1e9;
    }

    /** The encrypted filters in a file, as in a bundle. */
    private static final class Records implements FilterRecords, AutoCloseable {
        private final FileChannel file;
        private final long[] offsets;

        Records(CorePlan plan, Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            offsets = new long[plan.weightRecords() + 1];
            for (int i = 0; i < plan.weightRecords(); i++) {
                offsets[i + 1] = offsets[i] + plan.weightRecordBytes(i);
            }
        }

        void append(int record, byte[] bytes) {
            try {
                file.write(ByteBuffer.wrap(bytes), offsets[record]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] read(int record) {
            ByteBuffer bytes = ByteBuffer.allocate((int) (offsets[record + 1] - offsets[record]));
            try {
                file.read(bytes, offsets[record]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.array();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
