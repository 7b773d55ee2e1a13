package io.tacit.kernel.tile;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.LongArithmetic;
import io.tacit.kernel.Workers;
import java.util.Arrays;
import java.util.Objects;

/**
 * Matrix products and convolutions of one {@code long} arithmetic over the tiles of a twin. Convolutions become products
 * of the weights with blocks of the image's matrix form (im2col) that are built where they are used and never stored whole.
 */
public abstract class LongProducts implements LongArithmetic {

    // Depthwise layers: so little work a column that wider cells pay.
    private static final int THIN_ROWS = 4;
    private static final int THIN_INNER = 64;
    private static final int THIN_COLUMN_BLOCKS = 8;

    /** Fills the rows {@code fromInner ..} of a right factor for a range of its columns. */
    private interface Right {
        void fill(int group, int fromInner, int inner, int firstColumn, int columns, long[] block, int stride);
    }

    /** Takes one finished row of a cell. */
    private interface Sink {
        void store(int group, int row, int firstColumn, int columns, long[] values, int valuesOffset);
    }

    /** Makes the two ends of a product for one thread. */
    private interface Ends {
        Right right(int maxColumns);

        Sink sink(int maxColumns);
    }

    /** A tile for cells up to this size, which adds up to {@code innerBlock} terms at once. */
    protected abstract LongTile newTile(int maxRows, int innerBlock, int maxColumns);

    /** Most terms added at once, a multiple of 16. */
    protected abstract int innerBlock();

    /** Most rows of a cell. */
    protected abstract int rowBlock();

    /** Most columns of a cell; a multiple of {@link #columnStep}. */
    protected abstract int columnBlock();

    /** Columns that the twin computes at once. */
    protected abstract int columnStep();

    /** Products with fewer columns than this run as one dot product a value. */
    protected abstract int narrowColumns();

    /** {@code x + y} in this arithmetic. */
    protected abstract long sum(long x, long y);

    @Override
    public final void multiply(int rows, int inner, int columns, long[] a, long[] b, long[] c, Workers workers) {
        if (rows < 0 || inner < 0 || columns < 0) {
            throw new IllegalArgumentException("a product of " + rows + " x " + inner + " x " + columns);
        }
        Objects.checkFromIndexSize(0, Math.multiplyExact(rows, inner), a.length);
        Objects.checkFromIndexSize(0, Math.multiplyExact(inner, columns), b.length);
        Objects.checkFromIndexSize(0, Math.multiplyExact(rows, columns), c.length);
        if (inner == 0) {
            Arrays.fill(c, 0, rows * columns, 0);
            return;
        }
        if (rows == 0 || columns == 0) {
            return;
        }
        if (columns < narrowColumns()) {
            long[] transposed = new long[inner * columns];
            for (int k = 0; k < inner; k++) {
                for (int j = 0; j < columns; j++) {
                    transposed[j * inner + k] = b[k * columns + j];
                }
            }
            dots(rows, inner, columns, a, transposed, 0, c, 0, columns, 1, workers);
            return;
        }
        product(1, rows, inner, columns, a, workers, new Ends() {
            @Override
            public Right right(int maxColumns) {
                return (group, from, count, first, width, block, stride) -> {
                    for (int k = 0; k < count; k++) {
                        System.arraycopy(b, (from + k) * columns + first, block, k * stride, width);
                    }
                };
            }

            @Override
            public Sink sink(int maxColumns) {
                return (group, row, first, width, values, at) ->
                        System.arraycopy(values, at, c, row * columns + first, width);
            }
        });
    }

    @Override
    public final void convolve(
            ConvolutionGeometry geometry,
            int batch,
            long[] weights,
            long[] input,
            int inputOffset,
            long[] output,
            int outputOffset,
            Workers workers) {
        Objects.checkFromIndexSize(0, geometry.weightCount(), weights.length);
        Objects.checkFromIndexSize(inputOffset, Math.multiplyExact(batch, geometry.inputSize()), input.length);
        Objects.checkFromIndexSize(outputOffset, Math.multiplyExact(batch, geometry.outputSize()), output.length);
        if (batch == 0) {
            return;
        }
        if (geometry.readsWholeInput()) {
            dense(geometry, batch, weights, input, inputOffset, output, outputOffset, workers);
            return;
        }
        int positions = geometry.outHeight() * geometry.outWidth();
        int groupRows = geometry.outChannels() / geometry.groups();
        int columns = batch * positions;
        product(geometry.groups(), groupRows, geometry.taps(), columns, weights, workers, new Ends() {
            @Override
            public Right right(int maxColumns) {
                LongPatches patches = new LongPatches(geometry, maxColumns, false);
                return (group, from, count, first, width, block, stride) -> {
                    patches.range(first, width);
                    for (int k = 0; k < count; k++) {
                        patches.read(group, from + k, input, inputOffset, block, k * stride);
                    }
                };
            }

            @Override
            public Sink sink(int maxColumns) {
                return (group, row, first, width, values, at) -> {
                    int channel = group * groupRows + row;
                    for (int done = 0; done < width; ) {
                        int position = (first + done) % positions;
                        int image = (first + done) / positions;
                        int length = Math.min(positions - position, width - done);
                        int target = outputOffset + image * geometry.outputSize() + channel * positions + position;
                        System.arraycopy(values, at + done, output, target, length);
                        done += length;
                    }
                };
            }
        });
    }

    /** Every output reads the whole input in order: the batch is one matrix product with the images as columns. */
    private void dense(
            ConvolutionGeometry geometry,
            int batch,
            long[] weights,
            long[] input,
            int inputOffset,
            long[] output,
            int outputOffset,
            Workers workers) {
        int inputs = geometry.inputSize();
        int outputs = geometry.outputSize();
        if (batch < narrowColumns()) {
            dots(outputs, inputs, batch, weights, input, inputOffset, output, outputOffset, 1, outputs, workers);
            return;
        }
        product(1, outputs, inputs, batch, weights, workers, new Ends() {
            @Override
            public Right right(int maxColumns) {
                return (group, from, count, first, width, block, stride) -> {
                    for (int j = 0; j < width; j++) {
                        int at = inputOffset + (first + j) * inputs + from;
                        for (int k = 0; k < count; k++) {
                            block[k * stride + j] = input[at + k];
                        }
                    }
                };
            }

            @Override
            public Sink sink(int maxColumns) {
                return (group, row, first, width, values, at) -> {
                    for (int j = 0; j < width; j++) {
                        output[outputOffset + (first + j) * outputs + row] = values[at + j];
                    }
                };
            }
        });
    }

    @Override
    public final void convolveTransposed(
            ConvolutionGeometry geometry, long[] weights, long[] output, long[] input, Workers workers) {
        Objects.checkFromIndexSize(0, geometry.weightCount(), weights.length);
        Objects.checkFromIndexSize(0, geometry.outputSize(), output.length);
        Objects.checkFromIndexSize(0, geometry.inputSize(), input.length);
        if (geometry.readsWholeInput()) {
            multiply(1, geometry.outputSize(), geometry.inputSize(), output, weights, input, workers);
            return;
        }
        Arrays.fill(input, 0, geometry.inputSize(), 0);
        int positions = geometry.outHeight() * geometry.outWidth();
        int groupOutputs = geometry.outChannels() / geometry.groups();
        int groupInputs = geometry.inChannels() / geometry.groups();
        int window = geometry.kernelHeight() * geometry.kernelWidth();
        // One product a share of the input channels, whose rows are the channels' taps: no two threads add to one
        // input.
        int share = largestDivisor(groupInputs, Math.max(1, rowBlock() / window));
        int shares = groupInputs / share;
        long[] transposed = transpose(geometry, weights);
        Ends ends = new Ends() {
            @Override
            public Right right(int maxColumns) {
                return (part, from, count, first, width, block, stride) -> {
                    int group = part / shares;
                    for (int k = 0; k < count; k++) {
                        int at = (group * groupOutputs + from + k) * positions + first;
                        System.arraycopy(output, at, block, k * stride, width);
                    }
                };
            }

            @Override
            public Sink sink(int maxColumns) {
                LongPatches patches = new LongPatches(geometry, maxColumns, true);
                return (part, row, first, width, values, at) -> {
                    patches.range(first, width);
                    patches.addBack(part * share + row / window, row % window, values, at, input, LongProducts.this);
                };
            }
        };
        Cells cells = cells(geometry.inChannels() / share, share * window, groupOutputs, positions, 1);
        cells.forEachGroup(workers, (from, to) -> run(cells, from, to, groupOutputs, transposed, ends));
    }

    private static long[] transpose(ConvolutionGeometry geometry, long[] weights) {
        int groupOutputs = geometry.outChannels() / geometry.groups();
        int taps = geometry.taps();
        long[] transposed = new long[geometry.weightCount()];
        for (int group = 0; group < geometry.groups(); group++) {
            int base = group * groupOutputs * taps;
            for (int o = 0; o < groupOutputs; o++) {
                for (int tap = 0; tap < taps; tap++) {
                    transposed[base + tap * groupOutputs + o] = weights[base + o * taps + tap];
                }
            }
        }
        return transposed;
    }

    private static int largestDivisor(int number, int limit) {
        int divisor = Math.min(number, limit);
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    private Cells cells(int groups, int rows, int inner, int columns, int threads) {
        boolean thin = rows <= THIN_ROWS && inner <= THIN_INNER;
        int columnBlock = thin ? THIN_COLUMN_BLOCKS * columnBlock() : columnBlock();
        return Cells.of(groups, rows, columns, rowBlock(), columnBlock, columnStep(), threads);
    }

    private void product(int groups, int rows, int inner, int columns, long[] left, Workers workers, Ends ends) {
        Cells cells = cells(groups, rows, inner, columns, workers.threads());
        cells.forEachRun(workers, (from, to) -> run(cells, from, to, inner, left, ends));
    }

    /** Computes the cells from .. to - 1; group g's left factor is the g-th matrix of {@code left}. */
    private void run(Cells cells, int from, int to, int inner, long[] left, Ends ends) {
        LongTile tile = newTile(cells.rowBlock(), Cells.even(inner, innerBlock(), 16), cells.columnBlock());
        Right right = ends.right(cells.columnBlock());
        Sink sink = ends.sink(cells.columnBlock());
        long[] block = tile.right();
        int step = tile.innerBlock();
        for (int cell = from; cell < to; cell++) {
            int group = cells.group(cell);
            int firstRow = cells.firstRow(cell);
            int firstColumn = cells.firstColumn(cell);
            int rows = cells.rowsOf(cell);
            int columns = cells.columnsOf(cell);
            int offset = (group * cells.rows() + firstRow) * inner;
            tile.begin(rows, columns);
            for (int k = 0; k < inner; k += step) {
                int count = Math.min(step, inner - k);
                right.fill(group, k, count, firstColumn, columns, block, tile.stride());
                tile.accumulate(left, offset + k, inner, count);
            }
            for (int r = 0; r < rows; r++) {
                sink.store(group, firstRow + r, firstColumn, columns, tile.row(r), tile.rowOffset(r));
            }
        }
    }

    /** {@code out[r * rowStep + j * columnStep] = dot(row r of left, vector j of right)}; the vectors lie one after another. */
    private void dots(
            int rows,
            int inner,
            int columns,
            long[] left,
            long[] right,
            int rightOffset,
            long[] out,
            int outOffset,
            int rowStep,
            int columnStep,
            Workers workers) {
        int parts = workers.threads() == 1 ? 1 : Math.min(rows, 4 * workers.threads());
        workers.forEach(parts, part -> {
            int to = (int) ((long) rows * (part + 1) / parts);
            for (int r = (int) ((long) rows * part / parts); r < to; r++) {
                for (int j = 0; j < columns; j++) {
                    out[outOffset + r * rowStep + j * columnStep] =
                            dot(left, r * inner, right, rightOffset + j * inner, inner);
                }
            }
        });
    }
}
