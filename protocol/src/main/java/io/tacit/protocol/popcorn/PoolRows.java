package io.tacit.protocol.popcorn;

import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;

/** Sums over windows, padding left out. */
final class PoolRows extends TileRows {
    private final TensorShape in;
    private final TensorShape out;
    private final Window window;
    private final int top;
    private final int left;

    PoolRows(Tiling source, Tiling result, Window window) {
        super(result.box());
        this.in = source.box();
        this.out = result.box();
        this.window = window;
        top = result.firstRow() * window.strideY() - window.padTop() - source.firstRow();
        left = result.firstColumn() * window.strideX() - window.padLeft() - source.firstColumn();
    }

    @Override
    public int inputs() {
        return in.size();
    }

    @Override
    int inputsOf(Block block) {
        int lines = under(block.lines(), window.strideY(), window.height(), in.height());
        return block.channels() * lines * under(block.columns(), window.strideX(), window.width(), in.width());
    }

    @Override
    public void fill(int output, Row row) {
        int plane = out.height() * out.width();
        int firstRow = output % plane / out.width() * window.strideY() + top;
        int firstColumn = output % plane % out.width() * window.strideX() + left;
        for (int y = Math.max(0, firstRow); y < Math.min(in.height(), firstRow + window.height()); y++) {
            for (int x = Math.max(0, firstColumn); x < Math.min(in.width(), firstColumn + window.width()); x++) {
                row.add((output / plane * in.height() + y) * in.width() + x, 1);
            }
        }
    }
}
