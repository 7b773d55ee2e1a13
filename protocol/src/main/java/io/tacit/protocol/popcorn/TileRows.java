package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.model.integer.TensorShape;
import java.util.function.ToLongFunction;

/** Rows of a step that computes tiles of some shape from others, which can be computed block by block. */
abstract class TileRows implements WeightedRows {
    private final TensorShape out;

    /**
     * Size of the blocks in which tiles are computed: whole lines of all channels, or a part of a line of all channels, or one place of
     * some channels.
     */
    record Block(int channels, int lines, int columns) {
        int size() {
            return channels * lines * columns;
        }
    }

    /** @param out shape of the tiles that are computed */
    TileRows(TensorShape out) {
        this.out = out;
    }

    @Override
    public final int outputs() {
        return out.size();
    }

    /** Ciphertexts of a channel. */
    final int positions() {
        return out.height() * out.width();
    }

    /** Everything at once. */
    final Block whole() {
        return new Block(out.channels(), out.height(), out.width());
    }

    /** Inputs that any block of that size reads, or some more. */
    abstract int inputsOf(Block block);

    /** How often a block of that size goes into the tiles. */
    final int blocks(Block block) {
        return times(out.channels(), block.channels())
                * times(out.height(), block.lines())
                * times(out.width(), block.columns());
    }

    private static int times(int size, int step) {
        return (size + step - 1) / step;
    }

    /**
     * The largest block that takes no more than there is.
     *
     * @param residues ciphertexts in memory for a block
     * @return the block; of no channels if not even one result can be computed
     */
    final Block largest(ToLongFunction<Block> residues, long most) {
        int lines = most(out.height(), n -> residues.applyAsLong(new Block(out.channels(), n, out.width())), most);
        if (lines > 0) {
            return new Block(out.channels(), lines, out.width());
        }
        int columns = most(out.width(), n -> residues.applyAsLong(new Block(out.channels(), 1, n)), most);
        if (columns > 0) {
            return new Block(out.channels(), 1, columns);
        }
        return new Block(most(out.channels(), n -> residues.applyAsLong(new Block(n, 1, 1)), most), 1, 1);
    }

    private interface Residues {
        long of(int n);
    }

    /** The largest of 0 .. longest for which no more is taken than there is; what is taken grows. */
    private static int most(int longest, Residues residues, long most) {
        int fits = 0;
        int tooMany = longest + 1;
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) >>> 1;
            if (residues.of(middle) <= most) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    /** Places of the results of a block, counted from 0. */
    final int[] places(Block block, int index) {
        int across = times(out.width(), block.columns());
        int down = times(out.height(), block.lines());
        int firstColumn = index % across * block.columns();
        int firstLine = index / across % down * block.lines();
        int firstChannel = index / (across * down) * block.channels();
        int columns = Math.min(block.columns(), out.width() - firstColumn);
        int lines = Math.min(block.lines(), out.height() - firstLine);
        int channels = Math.min(block.channels(), out.channels() - firstChannel);
        int[] places = new int[channels * lines * columns];
        for (int i = 0; i < places.length; i++) {
            int channel = firstChannel + i / (lines * columns);
            int line = firstLine + i / columns % lines;
            places[i] = (channel * out.height() + line) * out.width() + firstColumn + i % columns;
        }
        return places;
    }

    /** Lines, or columns, of a tensor of so many that lie under a window of that length at so many neighbouring places. */
    static int under(int places, int stride, int window, int available) {
        return (int) Math.min(available, (places - 1L) * stride + window);
    }
}
