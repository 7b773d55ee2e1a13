package io.tacit.protocol.privdnn;

import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.CoefficientCiphertext;
import io.tacit.crypto.lattice.FreshZero;
import io.tacit.crypto.lattice.ProductSums;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.RelinearizationKey;
import io.tacit.crypto.lattice.SeededCiphertext;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.InOrder;
import java.util.Arrays;

/**
 * The user's side of the encrypted part: from pixels to results of the core filters under the owner's key, for up to
 * {@link CorePlan#slots} images at once, slot k for image k. It has no secret key.
 *
 * <p>Runs once for each plaintext prime, row by row of the output, with no more rows of activations than a row of outputs
 * reads. As many channels of the second convolution's filters are kept as the memory allowed has room for; the weights of
 * the others are read again for each row.
 */
public final class CoreEvaluation implements CoreOutputs {
    private static final String OWNER = "owner";
    /** Results computed together: they share factors. */
    private static final int TILE = 8;
    /** The same where factors are read for them alone. */
    private static final int READING_TILE = 16;
    /** Weights that are read at a time, at least: so often a sum comes from memory once. */
    private static final int READ_TAPS = 18;
    /** The other large things: rows being made, buffers of threads, as a share of what is planned. */
    private static final double ALLOWANCE = 1.25;

    private final CorePlan plan;
    private final PlainFilters plain;
    private final RelinearizationKey relinearizationKey;
    private final PublicKey publicKey;
    private final FilterRecords records;
    private final Workers workers;
    /** Channels of every filter of the second convolution that are kept: the first so many. */
    private final int keptChannels;

    private final int readChannels;

    /**
     * @param plain the first convolution's filters that are not core
     * @param relinearizationKey the owner's, encoded
     * @param publicKey the owner's, encoded
     * @param records the encrypted filters
     * @param memoryBytes memory to plan for: what activations leave of it is for weights
     * @throws io.tacit.crypto.channel.ProtocolAbort if the keys are malformed
     */
    public CoreEvaluation(
            CorePlan plan,
            PlainFilters plain,
            byte[] relinearizationKey,
            byte[] publicKey,
            FilterRecords records,
            long memoryBytes,
            Workers workers) {
        plain.requireShape(plan.shape());
        this.plan = plan;
        this.plain = plain;
        this.relinearizationKey =
                RelinearizationKey.decode(plan.parameters(), plan.levels().square(), relinearizationKey, OWNER);
        this.publicKey = PublicKey.decode(plan.secondLevel(0), publicKey, OWNER);
        this.records = records;
        this.workers = workers;
        ConvolutionGeometry second = plan.shape().second();
        int area = second.kernelHeight() * second.kernelWidth();
        this.readChannels = Math.min(second.inChannels(), (READ_TAPS + area - 1) / area);
        this.keptChannels = keptChannels(plan, memoryBytes, workers.threads(), area, readChannels);
    }

    private static int keptChannels(CorePlan plan, long memoryBytes, int threads, int area, int readChannels) {
        CoreShape shape = plan.shape();
        long polynomial = (long) plan.slots() * Double.BYTES;
        CorePlan.Levels levels = plan.levels();
        long rows = (CoreActivations.firstWindowPolynomials(shape) * (levels.first() + 1L)
                        + CoreActivations.secondWindowPolynomials(shape) * levels.second()
                        + (shape.first().taps() + 1L) * shape.firstCore().size() * 2 * levels.first()
                        + (long) threads * READING_TILE * 3 * (levels.first() + levels.square()))
                * polynomial;
        long weight = 2L * levels.second() * polynomial;
        long filters = shape.secondCore().size();
        long free = (long) (memoryBytes / ALLOWANCE) - rows - (filters + (long) threads * readChannels * area) * weight;
        return (int) Math.max(0, Math.min(shape.second().inChannels(), free / (filters * area * weight)));
    }

    /** One result as it leaves. */
    @FunctionalInterface
    private interface Ending {
        Leaving leave(ProductSums sums, int index, int prime, int filter, int position);
    }

    /** @param mask one an image; empty if there is none */
    private record Leaving(byte[] returned, int[] mask) {}

    @Override
    public int mostScale() {
        return plan.maxScale();
    }

    @Override
    public void published(int[][] pixels, int[] scales, ReturnedSink sink) {
        require(Mode.PUBLISHED);
        if (scales.length != plan.shape().secondCore().size()
                || Arrays.stream(scales).anyMatch(scale -> scale < 1 || scale > plan.maxScale())) {
            throw new IllegalArgumentException("not a factor of 1 to " + plan.maxScale() + " for each core filter");
        }
        run(
                pixels,
                (sums, index, prime, filter, position) -> {
                    CoefficientCiphertext result = sums.relinearize(index, relinearizationKey);
                    result.scale(scales[filter]);
                    result.switchTo(plan.sentLevel(prime));
                    return new Leaving(result.toSend().encode(), new int[0]);
                },
                (prime, filter, position, returned, mask) -> sink.accept(prime, filter, position, returned));
    }

    @Override
    public void hardened(int[][] pixels, Prg masks, MaskedSink sink) {
        require(Mode.HARDENED);
        byte[] bytes = new byte[Seed.BYTES];
        masks.fill(bytes, 0, bytes.length);
        try (Seed seed = Seed.of(bytes)) {
            Arrays.fill(bytes, (byte) 0);
            run(
                    pixels,
                    (sums, index, prime, filter, position) -> {
                        String place = prime + " " + filter + " " + position;
                        try (Prg prg = seed.generator("privdnn", "result", place)) {
                            return masked(sums, index, prime, pixels.length, prg);
                        }
                    },
                    sink);
        }
    }

    /** Adds an encryption of zero, a uniform mask and the flooding, then switches the modulus. */
    private Leaving masked(ProductSums sums, int index, int prime, int images, Prg prg) {
        FreshZero zero = FreshZero.draw(publicKey, prg);
        sums.addZero(index, zero);
        CoefficientCiphertext result = sums.relinearize(index, relinearizationKey);
        result.flood(zero, plan.levels().floodBits(), prg);
        double[] values = plan.slotEncoding(prime).uniform(prg);
        int[] mask = new int[images];
        plan.slotEncoding(prime).toUnsigned(values, images, mask);
        result.addSlots(plan.slotEncoding(prime), values);
        result.switchTo(plan.sentLevel(prime));
        return new Leaving(result.toSend().encode(), mask);
    }

    private void require(Mode mode) {
        if (plan.mode() != mode) {
            throw new IllegalStateException("the plan is for " + plan.mode());
        }
    }

    private void run(int[][] pixels, Ending ending, MaskedSink sink) {
        CoreShape shape = plan.shape();
        if (pixels.length < 1 || pixels.length > plan.slots()) {
            throw new IllegalArgumentException(pixels.length + " images where 1 to " + plan.slots() + " are one batch");
        }
        for (int[] image : pixels) {
            if (image.length != shape.first().inputSize()) {
                throw new IllegalArgumentException("an image of " + image.length + " values where "
                        + shape.first().inputSize() + " belong");
            }
        }
        for (int prime = 0; prime < plan.primes(); prime++) {
            new Pass(pixels, prime).run(ending, sink);
        }
    }

    /** All filters of the second convolution under one plaintext prime. */
    private final class Pass {
        private final int prime;
        private final PooledConvolution layer = plan.shape().secondLayer();
        private final int filters = plan.shape().secondCore().size();
        private final Ciphertext[] biases = new Ciphertext[filters];
        private final Ciphertext[][] kept = new Ciphertext[filters][];
        private final CoreActivations activations;
        private final int tile;

        Pass(int[][] pixels, int prime) {
            this.prime = prime;
            for (int filter = 0; filter < filters; filter++) {
                biases[filter] =
                        read(plan.secondRecord(prime, filter, layer.geometry().taps()));
            }
            int channels = keptChannels;
            workers.forEach(filters, filter -> kept[filter] = weights(filter, 0, channels));
            activations = new CoreActivations(
                    plan, plain, pixels, prime, CoreEvaluation.this::read, relinearizationKey, workers);
            tile = tile((long) filters * layer.columns(), layer.columns());
        }

        /** Weights of channels {@code from} to {@code to - 1}. */
        private Ciphertext[] weights(int filter, int from, int to) {
            Ciphertext[] weights = new Ciphertext[layer.tap(to, 0, 0) - layer.tap(from, 0, 0)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = read(plan.secondRecord(prime, filter, layer.tap(from, 0, 0) + i));
            }
            return weights;
        }

        void run(Ending ending, MaskedSink sink) {
            int columns = layer.columns();
            int tiles = (columns + tile - 1) / tile;
            for (int row = 0; row < layer.rows(); row++) {
                int outputRow = row;
                activations.prepare(outputRow);
                InOrder.forEach(workers, filters * tiles, () -> new TileWorker(outputRow, tiles, ending, sink));
            }
        }

        /** Computes some neighbouring positions of one filter, and hands them over in order. */
        private final class TileWorker implements InOrder.Worker {
            private final int row;
            private final int tiles;
            private final Ending ending;
            private final MaskedSink sink;
            private final ProductSums sums = new ProductSums(plan.secondLevel(prime), tile);
            private final Leaving[] leaving = new Leaving[tile];

            TileWorker(int row, int tiles, Ending ending, MaskedSink sink) {
                this.row = row;
                this.tiles = tiles;
                this.ending = ending;
                this.sink = sink;
            }

            @Override
            public void begin(int piece) {}

            private int filter(int piece) {
                return piece / tiles;
            }

            private int firstColumn(int piece) {
                return piece % tiles * tile;
            }

            private int count(int piece) {
                return Math.min(tile, layer.columns() - firstColumn(piece));
            }

            @Override
            public void work(int piece) {
                int filter = filter(piece);
                int count = count(piece);
                int channels = layer.geometry().inChannels();
                sums.clear();
                for (int i = 0; i < count; i++) {
                    sums.add(i, biases[filter]);
                }
                add(piece, kept[filter], 0, keptChannels);
                for (int from = keptChannels; from < channels; from += readChannels) {
                    int to = Math.min(channels, from + readChannels);
                    add(piece, weights(filter, from, to), from, to);
                }
                for (int i = 0; i < count; i++) {
                    leaving[i] = ending.leave(sums, i, prime, filter, position(piece, i));
                }
            }

            private void add(int piece, Ciphertext[] weights, int from, int to) {
                int count = count(piece);
                for (int i = 0; i < count; i++) {
                    activations.addTerms(sums, i, weights, from, to, row, firstColumn(piece) + i);
                }
                sums.compute(count);
            }

            private int position(int piece, int i) {
                return row * layer.columns() + firstColumn(piece) + i;
            }

            @Override
            public void end(int piece) {
                for (int i = 0; i < count(piece); i++) {
                    sink.accept(prime, filter(piece), position(piece, i), leaving[i].returned, leaving[i].mask);
                }
            }
        }
    }

    /** Columns of a tile: as many as share factors well, and few enough for all threads. */
    private int tile(long results, int columns) {
        int most = keptChannels < plan.shape().second().inChannels() ? READING_TILE : TILE;
        long fair = (results + workers.threads() - 1) / workers.threads();
        return (int) Math.max(1, Math.min(Math.min(most, columns), fair));
    }

    private Ciphertext read(int record) {
        byte[] bytes = records.read(record);
        return SeededCiphertext.decode(plan.weightLevel(record), bytes, 0, bytes.length, OWNER)
                .expand();
    }
}
