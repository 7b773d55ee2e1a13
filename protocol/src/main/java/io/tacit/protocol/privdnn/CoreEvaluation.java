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
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.InOrder;
import java.util.Arrays;

/**
 * The user's side of the encrypted part: from pixels to results of the core filters under the owner's key, for up to
 * {@link CorePlan#slots} images at once, slot k for image k. It has no secret key.
 *
 * <p>The second convolution's filters are taken in groups that fit the memory allowed; each group runs once for each
 * plaintext prime, row by row of the output, with no more rows of activations than a row of outputs reads.
 */
public final class CoreEvaluation implements CoreOutputs {
    private static final String OWNER = "owner";
    /** Results computed together: they share factors. */
    private static final int TILE = 8;
    /** The other large things: rows being made, buffers of threads, as a share of what is planned. */
    private static final double ALLOWANCE = 1.25;

    private final CorePlan plan;
    private final PlainFilters plain;
    private final RelinearizationKey relinearizationKey;
    private final PublicKey publicKey;
    private final FilterRecords records;
    private final Workers workers;
    private final int group;

    /**
     * @param plain the first convolution's filters that are not core
     * @param relinearizationKey the owner's, encoded
     * @param publicKey the owner's, encoded
     * @param records the encrypted filters
     * @param memoryBytes memory to plan for; at least one filter of the second convolution is held at a time, whatever it is
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
        this.group = group(plan, memoryBytes, workers.threads());
    }

    /** Filters of the second convolution that are held at a time. */
    private static int group(CorePlan plan, long memoryBytes, int threads) {
        CoreShape shape = plan.shape();
        long polynomial = (long) plan.slots() * Double.BYTES;
        CorePlan.Levels levels = plan.levels();
        long rows = (CoreActivations.firstWindowPolynomials(shape) * (levels.first() + 1L)
                        + CoreActivations.secondWindowPolynomials(shape) * levels.second()
                        + (shape.first().taps() + 1L) * shape.firstCore().size() * 2 * levels.first()
                        + (long) threads * TILE * 3 * (levels.first() + levels.square()))
                * polynomial;
        long filter = (shape.second().taps() + 1L) * 2 * levels.second() * polynomial;
        long free = (long) (memoryBytes / ALLOWANCE) - rows;
        return (int) Math.max(1, Math.min(shape.secondCore().size(), free / filter));
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
        int filters = shape.secondCore().size();
        for (int from = 0; from < filters; from += group) {
            int to = Math.min(filters, from + group);
            for (int prime = 0; prime < plan.primes(); prime++) {
                new Pass(pixels, prime, from, to).run(ending, sink);
            }
        }
    }

    /** Some filters of the second convolution under one plaintext prime. */
    private final class Pass {
        private final int prime;
        private final int from;
        private final int to;
        private final PooledConvolution layer = plan.shape().secondLayer();
        private final Ciphertext[][] weights;
        private final CoreActivations activations;
        private final int tile;

        Pass(int[][] pixels, int prime, int from, int to) {
            this.prime = prime;
            this.from = from;
            this.to = to;
            int taps = layer.geometry().taps();
            weights = new Ciphertext[to - from][taps + 1];
            workers.forEach((to - from) * (taps + 1), i -> {
                int filter = i / (taps + 1);
                int tap = i % (taps + 1);
                weights[filter][tap] = read(plan.secondRecord(prime, from + filter, tap));
            });
            activations = new CoreActivations(
                    plan, plain, pixels, prime, CoreEvaluation.this::read, relinearizationKey, workers);
            tile = tile((long) (to - from) * layer.columns(), layer.columns());
        }

        void run(Ending ending, MaskedSink sink) {
            int columns = layer.columns();
            int tiles = (columns + tile - 1) / tile;
            for (int row = 0; row < layer.rows(); row++) {
                int outputRow = row;
                activations.prepare(outputRow);
                InOrder.forEach(workers, (to - from) * tiles, () -> new TileWorker(outputRow, tiles, ending, sink));
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
                Ciphertext[] filter = weights[filter(piece)];
                int count = count(piece);
                sums.clear();
                for (int i = 0; i < count; i++) {
                    sums.add(i, filter[filter.length - 1]);
                    activations.addTerms(sums, i, filter, row, firstColumn(piece) + i);
                }
                sums.compute(count);
                for (int i = 0; i < count; i++) {
                    leaving[i] = ending.leave(sums, i, prime, from + filter(piece), position(piece, i));
                }
            }

            private int position(int piece, int i) {
                return row * layer.columns() + firstColumn(piece) + i;
            }

            @Override
            public void end(int piece) {
                for (int i = 0; i < count(piece); i++) {
                    sink.accept(prime, from + filter(piece), position(piece, i), leaving[i].returned, leaving[i].mask);
                }
            }
        }
    }

    /** Columns of a tile: as many as share factors well, and few enough for all threads. */
    private int tile(long results, int columns) {
        long fair = (results + workers.threads() - 1) / workers.threads();
        return (int) Math.max(1, Math.min(Math.min(TILE, columns), fair));
    }

    private Ciphertext read(int record) {
        byte[] bytes = records.read(record);
        return SeededCiphertext.decode(plan.weightLevel(record), bytes, 0, bytes.length, OWNER)
                .expand();
    }
}
