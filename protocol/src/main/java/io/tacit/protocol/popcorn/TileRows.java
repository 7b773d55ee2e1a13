package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.model.integer.TensorShape;

/** Rows of a step that computes tiles of some shape from others, which can be computed some lines of all channels at a time. */
abstract class TileRows implements WeightedRows {
    private final TensorShape out;

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

    /** Lines of a channel. */
    final int lines() {
        return out.height();
    }

    /** Ciphertexts of so many lines of all channels. */
    final int outputsOf(int lines) {
        return out.channels() * lines * out.width();
    }

    /** Inputs that so many neighbouring lines of all channels read, or some more. */
    abstract int inputsOf(int lines);

    /** Places of the results of some lines of all channels. */
    final int[] places(int firstLine, int lines) {
        int[] places = new int[outputsOf(lines)];
        int band = lines * out.width();
        for (int i = 0; i < places.length; i++) {
            places[i] = i / band * positions() + firstLine * out.width() + i % band;
        }
        return places;
    }

    /** Lines of a tensor of so many that lie under a window of that height at so many neighbouring places. */
    static int linesUnder(int places, int stride, int height, int available) {
        return (int) Math.min(available, (places - 1L) * stride + height);
    }
}
