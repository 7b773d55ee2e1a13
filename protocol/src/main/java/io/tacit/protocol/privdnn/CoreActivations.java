package io.tacit.protocol.privdnn;

import io.tacit.crypto.lattice.BgvLevel;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.CiphertextMultiplier;
import io.tacit.crypto.lattice.CoefficientCiphertext;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.ProductSums;
import io.tacit.crypto.lattice.RelinearizationKey;
import io.tacit.crypto.lattice.SlotEncoding;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.InOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the second convolution reads, under one plaintext prime: squares of the first convolution's sums, of core channels as
 * ciphertexts, of the others as plaintexts. Rows are made when a row of outputs first reads them, each once, and dropped
 * after the last.
 */
final class CoreActivations {
    /** Squares computed together. */
    private static final int TILE = 8;
    /** Images that are summed together, so that what several sums share stays in the first caches. */
    private static final int CHUNK = 1 << 10;
    /** Sums of the first convolution are exact in doubles below this. */
    private static final double EXACT = 0x1p52;

    private final CorePlan plan;
    private final CoreShape shape;
    private final PlainFilters plain;
    private final int[][] pixels;
    private final int prime;
    private final RelinearizationKey key;
    private final Workers workers;
    private final PooledConvolution first;
    private final PooledConvolution second;
    private final SlotEncoding encoding;
    private final Ciphertext[][] weights;
    /** For each channel its index among the core filters, or -1 - its index among the others. */
    private final int[] places;

    private final NavigableMap<Integer, double[][]> imageRows = new TreeMap<>();
    private final NavigableMap<Integer, PixelRow> pixelRows = new TreeMap<>();
    private final NavigableMap<Integer, SquareRow> squareRows = new TreeMap<>();
    private final NavigableMap<Integer, WindowRow> windowRows = new TreeMap<>();

    /** Sums of windows of pixels that begin in one row: [channel * columns + column][image], and as multiplicands. */
    private record PixelRow(double[][] values, @Nullable PlaintextPolynomial[] multiplicands) {}

    /** A row of squares: ciphertexts by [core channel][column], residues by [other channel][column][image]. */
    private record SquareRow(Ciphertext[][] core, double[][][] others) {}

    /** Sums of windows of squares that begin in one row, by [channel][column - first column]; null outside the squares. */
    private record WindowRow(
            @Nullable CiphertextMultiplier[][] core,
            @Nullable PlaintextPolynomial[][] others) {}

    CoreActivations(
            CorePlan plan,
            PlainFilters plain,
            int[][] pixels,
            int prime,
            IntFunction<Ciphertext> records,
            RelinearizationKey key,
            Workers workers) {
        this.plan = plan;
        this.shape = plan.shape();
        this.plain = plain;
        this.pixels = pixels;
        this.prime = prime;
        this.key = key;
        this.workers = workers;
        this.first = shape.firstLayer();
        this.second = shape.secondLayer();
        this.encoding = plan.slotEncoding(prime);
        int taps = shape.first().taps();
        weights = new Ciphertext[shape.firstCore().size()][taps + 1];
        workers.forEach(
                weights.length * (taps + 1),
                i -> weights[i / (taps + 1)][i % (taps + 1)] =
                        records.apply(plan.firstRecord(prime, i / (taps + 1), i % (taps + 1))));
        places = new int[shape.first().outChannels()];
        int others = 0;
        for (int channel = 0; channel < places.length; channel++) {
            int core = shape.firstCore().indexOf(channel);
            places[channel] = core >= 0 ? core : -1 - others++;
        }
        requireExact();
    }

    private void requireExact() {
        double largest = 0;
        for (int[] image : pixels) {
            for (int pixel : image) {
                largest = Math.max(largest, Math.abs((double) pixel));
            }
        }
        double area = (double) first.pool() * first.pool();
        for (int filter = 0; filter < plain.first().length; filter++) {
            double sum = Math.abs((double) plain.firstBias()[filter]);
            for (long weight : plain.first()[filter]) {
                sum += largest * Math.abs((double) weight);
            }
            if (sum * area >= EXACT) {
                throw new IllegalArgumentException("sums of the first convolution reach 2^52");
            }
        }
    }

    /** Multiplicands of pixels that are there at once. */
    static long firstWindowPolynomials(CoreShape shape) {
        PooledConvolution first = shape.firstLayer();
        return (long) shape.first().inChannels() * first.windowColumns() * span(first);
    }

    /** Polynomials of activations that are there at once. */
    static long secondWindowPolynomials(CoreShape shape) {
        PooledConvolution second = shape.secondLayer();
        int core = shape.firstCore().size();
        long each = 2L * core + (shape.first().outChannels() - core);
        return each * second.windowColumns() * (span(second) + second.pool());
    }

    /** Window rows between the first and the last that a row of outputs reads. */
    private static int span(PooledConvolution layer) {
        return layer.windowRow(0, layer.geometry().kernelHeight() - 1) - layer.windowRow(0, 0) + 1;
    }

    /** Makes what row {@code row} of outputs reads, and drops what neither it nor later rows do. */
    void prepare(int row) {
        windowRows.headMap(second.windowRow(row, 0)).clear();
        for (int kernelRow = 0; kernelRow < second.geometry().kernelHeight(); kernelRow++) {
            int windowRow = second.windowRow(row, kernelRow);
            if (second.readsRow(windowRow) && !windowRows.containsKey(windowRow)) {
                windowRows.put(windowRow, windowRow(windowRow));
                squareRows.headMap(nextWindowRow(row)).clear();
            }
        }
    }

    /** The lowest window row that rows of outputs from {@code row} on read and that is not there. */
    private int nextWindowRow(int row) {
        int lowest = Integer.MAX_VALUE;
        for (int later = row; later < second.rows(); later++) {
            for (int kernelRow = 0; kernelRow < second.geometry().kernelHeight(); kernelRow++) {
                int windowRow = second.windowRow(later, kernelRow);
                if (second.readsRow(windowRow) && !windowRows.containsKey(windowRow)) {
                    lowest = Math.min(lowest, windowRow);
                }
            }
        }
        return lowest;
    }

    /**
     * Adds the products of some channels' weights of one filter for one output. Thread-safe between two calls of
     * {@link #prepare}.
     *
     * @param weights of channels {@code fromChannel} to {@code toChannel - 1}, by channel, row, column
     */
    void addTerms(
            ProductSums sums, int index, Ciphertext[] weights, int fromChannel, int toChannel, int row, int column) {
        // Columns innermost: neighbouring sums meet the same windows there one after the other.
        int firstTap = second.tap(fromChannel, 0, 0);
        for (int channel = fromChannel; channel < toChannel; channel++) {
            for (int kernelRow = 0; kernelRow < second.geometry().kernelHeight(); kernelRow++) {
                WindowRow window = windowRows.get(second.windowRow(row, kernelRow));
                if (window == null) {
                    continue; // padding
                }
                for (int kernelColumn = 0; kernelColumn < second.geometry().kernelWidth(); kernelColumn++) {
                    int at = second.windowColumn(column, kernelColumn) - second.firstColumn();
                    Ciphertext weight = weights[second.tap(channel, kernelRow, kernelColumn) - firstTap];
                    addTerm(sums, index, weight, window, places[channel], at);
                }
            }
        }
    }

    private static void addTerm(ProductSums sums, int index, Ciphertext weight, WindowRow window, int place, int at) {
        if (place >= 0) {
            CiphertextMultiplier factor = window.core[place][at];
            if (factor != null) {
                sums.addProduct(index, weight, factor);
            }
        } else {
            PlaintextPolynomial factor = window.others[-1 - place][at];
            if (factor != null) {
                sums.addProduct(index, weight, factor);
            }
        }
    }

    private WindowRow windowRow(int windowRow) {
        List<SquareRow> rows = new ArrayList<>();
        for (int i = 0; i < second.pool(); i++) {
            int row = windowRow + i * second.geometry().strideY();
            if (row >= 0 && row < second.geometry().inHeight()) {
                rows.add(squareRow(row));
            }
        }
        int columns = second.windowColumns();
        BgvLevel level = plan.secondLevel(prime);
        CiphertextMultiplier[][] core = new CiphertextMultiplier[weights.length][columns];
        PlaintextPolynomial[][] others = new PlaintextPolynomial[plain.first().length][columns];
        workers.forEach(places.length * columns, i -> {
            int at = i % columns;
            if (!second.readsColumn(at + second.firstColumn())) {
                return;
            }
            int place = places[i / columns];
            if (place >= 0) {
                List<Ciphertext> summands = new ArrayList<>();
                for (SquareRow row : rows) {
                    forEachColumn(at, column -> summands.add(row.core[place][column]));
                }
                core[place][at] = CiphertextMultiplier.ofSum(level, summands);
            } else {
                double[] sum = new double[plan.slots()];
                for (SquareRow row : rows) {
                    forEachColumn(at, column -> addTo(sum, row.others[-1 - place][column]));
                }
                others[-1 - place][at] = encoding.multiplicand(level, sum);
            }
        });
        return new WindowRow(core, others);
    }

    private void forEachColumn(int at, java.util.function.IntConsumer action) {
        for (int i = 0; i < second.pool(); i++) {
            int column = at + second.firstColumn() + i * second.geometry().strideX();
            if (column >= 0 && column < second.geometry().inWidth()) {
                action.accept(column);
            }
        }
    }

    private static void addTo(double[] sum, double[] summand) {
        for (int i = 0; i < summand.length; i++) {
            sum[i] += summand[i];
        }
    }

    private SquareRow squareRow(int row) {
        SquareRow made = squareRows.get(row);
        if (made == null) {
            made = makeSquareRow(row);
            squareRows.put(row, made);
        }
        return made;
    }

    private SquareRow makeSquareRow(int row) {
        pixelRows.headMap(first.windowRow(row, 0)).clear();
        for (int kernelRow = 0; kernelRow < first.geometry().kernelHeight(); kernelRow++) {
            int windowRow = first.windowRow(row, kernelRow);
            if (first.readsRow(windowRow) && !pixelRows.containsKey(windowRow)) {
                pixelRows.put(windowRow, pixelRow(windowRow));
            }
        }
        int columns = first.columns();
        Ciphertext[][] core = new Ciphertext[weights.length][columns];
        double[][][] others = new double[plain.first().length][columns][];
        long fair = ((long) weights.length * columns + workers.threads() - 1) / workers.threads();
        int tile = (int) Math.min(Math.min(TILE, columns), fair);
        int tiles = (columns + tile - 1) / tile;
        InOrder.forEach(workers, weights.length * tiles, () -> new SquareWorker(row, tile, tiles, core));
        workers.forEach(columns, column -> plainSquares(row, column, others));
        return new SquareRow(core, others);
    }

    /** Sums of windows of pixels, encoded for the first convolution. */
    private PixelRow pixelRow(int windowRow) {
        imageRows.headMap(windowRow).clear();
        List<double[][]> rows = new ArrayList<>();
        for (int i = 0; i < first.pool(); i++) {
            int row = windowRow + i * first.geometry().strideY();
            if (row >= 0 && row < first.geometry().inHeight()) {
                rows.add(imageRows.computeIfAbsent(row, this::imageRow));
            }
        }
        int columns = first.windowColumns();
        double[][] values = new double[first.geometry().inChannels() * columns][];
        PlaintextPolynomial[] multiplicands = new PlaintextPolynomial[values.length];
        BgvLevel level = plan.firstLevel(prime);
        workers.forEach(values.length, i -> {
            if (first.readsColumn(i % columns + first.firstColumn())) {
                values[i] = windowSums(i / columns, i % columns + first.firstColumn(), rows);
                multiplicands[i] = encoding.multiplicand(level, Arrays.copyOf(values[i], plan.slots()));
            }
        });
        return new PixelRow(values, multiplicands);
    }

    /** A row of the images by [channel * width + column][image]. */
    private double[][] imageRow(int row) {
        ConvolutionGeometry geometry = first.geometry();
        int width = geometry.inWidth();
        double[][] values = new double[geometry.inChannels() * width][pixels.length];
        int chunks = (pixels.length + CHUNK - 1) / CHUNK;
        workers.forEach(chunks * values.length, i -> {
            int at = i % values.length;
            int pixel = (at / width * geometry.inHeight() + row) * width + at % width;
            int end = Math.min(pixels.length, (i / values.length + 1) * CHUNK);
            for (int image = i / values.length * CHUNK; image < end; image++) {
                values[at][image] = pixels[image][pixel];
            }
        });
        return values;
    }

    private double[] windowSums(int channel, int windowColumn, List<double[][]> rows) {
        int width = first.geometry().inWidth();
        double[] sums = new double[pixels.length];
        for (double[][] row : rows) {
            for (int i = 0; i < first.pool(); i++) {
                int column = windowColumn + i * first.geometry().strideX();
                if (column >= 0 && column < width) {
                    addTo(sums, row[channel * width + column]);
                }
            }
        }
        return sums;
    }

    /** Squares of all channels in clear at one position, modulo t, by slot: chunk by chunk, which the channels share. */
    private void plainSquares(int row, int column, double[][][] squares) {
        double area = (double) first.pool() * first.pool();
        for (int filter = 0; filter < squares.length; filter++) {
            squares[filter][column] = new double[plan.slots()];
            Arrays.fill(squares[filter][column], 0, pixels.length, area * plain.firstBias()[filter]);
        }
        for (int from = 0; from < pixels.length; from += CHUNK) {
            int start = from;
            int end = Math.min(pixels.length, from + CHUNK);
            for (int filter = 0; filter < squares.length; filter++) {
                double[] sums = squares[filter][column];
                long[] filterWeights = plain.first()[filter];
                forEachTap(
                        row,
                        column,
                        (tap, pixelRow, at) -> addScaled(filterWeights[tap], pixelRow.values[at], start, end, sums));
            }
        }
        for (double[][] channel : squares) {
            encoding.square(channel[column]);
        }
    }

    private static void addScaled(double weight, double[] values, int from, int to, double[] sums) {
        for (int i = from; i < to; i++) {
            sums[i] += weight * values[i];
        }
    }

    /** Takes one weight's index and where the sum of pixels is that it meets. */
    @FunctionalInterface
    private interface TapAction {
        void accept(int tap, PixelRow row, int at);
    }

    private void forEachTap(int row, int column, TapAction action) {
        int columns = first.windowColumns();
        for (int kernelRow = 0; kernelRow < first.geometry().kernelHeight(); kernelRow++) {
            PixelRow pixelRow = pixelRows.get(first.windowRow(row, kernelRow));
            if (pixelRow == null) {
                continue; // padding
            }
            for (int kernelColumn = 0; kernelColumn < first.geometry().kernelWidth(); kernelColumn++) {
                int windowColumn = first.windowColumn(column, kernelColumn);
                if (first.readsColumn(windowColumn)) {
                    for (int channel = 0; channel < first.geometry().inChannels(); channel++) {
                        action.accept(
                                first.tap(channel, kernelRow, kernelColumn),
                                pixelRow,
                                channel * columns + windowColumn - first.firstColumn());
                    }
                }
            }
        }
    }

    /** Squares of neighbouring positions of one core channel. */
    private final class SquareWorker implements InOrder.Worker {
        private final int row;
        private final int tile;
        private final int tiles;
        private final Ciphertext[][] squares;
        private final ProductSums sums;
        private final ProductSums products;

        SquareWorker(int row, int tile, int tiles, Ciphertext[][] squares) {
            this.row = row;
            this.tile = tile;
            this.tiles = tiles;
            this.squares = squares;
            this.sums = new ProductSums(plan.firstLevel(prime), tile);
            this.products = new ProductSums(plan.squareLevel(prime), 1);
        }

        @Override
        public void begin(int piece) {}

        @Override
        public void work(int piece) {
            Ciphertext[] filter = weights[piece / tiles];
            int from = piece % tiles * tile;
            int count = Math.min(tile, first.columns() - from);
            sums.clear();
            for (int i = 0; i < count; i++) {
                int index = i;
                sums.add(index, filter[filter.length - 1]);
                forEachTap(row, from + i, (tap, pixelRow, at) -> {
                    PlaintextPolynomial multiplicand = pixelRow.multiplicands[at];
                    if (multiplicand != null) {
                        sums.addProduct(index, filter[tap], multiplicand);
                    }
                });
            }
            sums.compute(count);
            for (int i = 0; i < count; i++) {
                squares[piece / tiles][from + i] = square(sums.take(i));
            }
        }

        private Ciphertext square(CoefficientCiphertext sum) {
            BgvLevel level = plan.squareLevel(prime);
            sum.switchTo(level);
            Ciphertext value = sum.toEvaluation();
            products.clear();
            products.addProduct(0, value, CiphertextMultiplier.ofSum(level, List.of(value)));
            products.compute(1);
            CoefficientCiphertext square = products.relinearize(0, key);
            square.switchTo(plan.secondLevel(prime));
            return square.toEvaluation();
        }

        @Override
        public void end(int piece) {}
    }
}
