package io.tacit.protocol.popcorn;

import io.tacit.model.integer.TensorShape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A tensor cut into boxes of one size, the tiles, which may overlap and reach over its edges. A ciphertext holds the values at
 * one place of all tiles, a slot each: what is computed on it is computed on all tiles.
 */
final class Tiling {
    private static final int OUTSIDE = -1;

    private final TensorShape shape;
    private final TensorShape box;
    private final int[] channels;
    private final int[] rows;
    private final int[] columns;

    /**
     * @param shape of the tensor, or of a view of it with the same order of values
     * @param box of each tile
     * @param channels first channel of tiles
     * @param rows first row of tiles
     * @param columns first column of tiles; there is a tile for each channel, row and column, columns fastest
     */
    Tiling(TensorShape shape, TensorShape box, int[] channels, int[] rows, int[] columns) {
        this.shape = shape;
        this.box = box;
        this.channels = channels.clone();
        this.rows = rows.clone();
        this.columns = columns.clone();
    }

    /** The tensor in one piece. */
    static Tiling whole(TensorShape shape) {
        return new Tiling(shape, shape, new int[1], new int[1], new int[1]);
    }

    boolean isWhole() {
        return tiles() == 1;
    }

    int tiles() {
        return channels.length * rows.length * columns.length;
    }

    /** Shape of a tile: a ciphertext for each of its values. */
    TensorShape box() {
        return box;
    }

    /** Row of the tensor that the first tile begins with; below zero if it begins outside. */
    int firstRow() {
        return rows[0];
    }

    /** Column of the tensor that the first tile begins with. */
    int firstColumn() {
        return columns[0];
    }

    /** Index in the tensor of the value of a tile in a ciphertext, or less than 0 for a place outside, whose value is zero. */
    int index(int ciphertext, int tile) {
        int plane = box.height() * box.width();
        int channel = channels[tile / (rows.length * columns.length)] + ciphertext / plane;
        int row = rows[tile / columns.length % rows.length] + ciphertext % plane / box.width();
        int column = columns[tile % columns.length] + ciphertext % box.width();
        return row < 0 || row >= shape.height() || column < 0 || column >= shape.width()
                ? OUTSIDE
                : (channel * shape.height() + row) * shape.width() + column;
    }

    /** Of the ciphertexts of another tiling of the same tensor into the same tiles, some of those that are this one's. */
    int[] within(Tiling wider, int from, int count) {
        int top = firstRow() - wider.firstRow();
        int left = firstColumn() - wider.firstColumn();
        return IntStream.range(from, from + count)
                .map(i -> {
                    int plane = box.height() * box.width();
                    int row = i % plane / box.width() + top;
                    int column = i % box.width() + left;
                    return (i / plane * wider.box.height() + row) * wider.box.width() + column;
                })
                .toArray();
    }

    /** This tensor's tiles with the rows and columns of another tensor's. */
    Tiling alongside(Tiling other) {
        return new Tiling(
                shape,
                new TensorShape(box.channels(), other.box.height(), other.box.width()),
                channels,
                other.rows,
                other.columns);
    }

    /** Whether ciphertexts of both tilings of a tensor hold the same places. */
    boolean isLike(Tiling other) {
        return box.equals(other.box) && Arrays.equals(rows, other.rows) && Arrays.equals(columns, other.columns);
    }
}
