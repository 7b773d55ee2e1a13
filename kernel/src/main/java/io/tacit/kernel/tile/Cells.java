package io.tacit.kernel.tile;

import io.tacit.kernel.Workers;

/**
 * How a product is cut: a grid of cells, {@code groups x rowBlocks x columnBlocks}, each computed by one thread. Cells are
 * handed out in runs that share one set of scratch arrays.
 *
 * @param groups independent products of one shape
 * @param rows rows of each product
 * @param columns columns of each product
 * @param rowBlock rows of a cell; the last cell may have fewer
 * @param columnBlock columns of a cell; the last cell may have fewer
 */
record Cells(int groups, int rows, int columns, int rowBlock, int columnBlock) {

    /** Runs a thread takes, so that an uneven start still ends evenly. */
    private static final int RUNS_PER_THREAD = 4;

    /** Computes one run of cells with scratch arrays of its own. */
    @FunctionalInterface
    interface Run {
        void cells(int from, int to);
    }

    /**
     * Cells of nearly equal size, no larger than the given maxima.
     *
     * @param maxRowBlock most rows of a cell
     * @param maxColumnBlock most columns of a cell, a multiple of {@code columnStep}
     * @param columnStep columns that the twin computes at once: every block but the last is a multiple
     */
    static Cells of(
            int groups, int rows, int columns, int maxRowBlock, int maxColumnBlock, int columnStep, int threads) {
        int columnBlock = even(columns, maxColumnBlock, columnStep);
        int rowBlock = even(rows, maxRowBlock, 8);
        long cells = (long) groups * blocks(rows, rowBlock) * blocks(columns, columnBlock);
        while (threads > 1 && cells < 2L * threads && rowBlock > 8) {
            int smaller = even(rows, rowBlock / 2, 8); // small layers: cut rows too, so that every thread has work
            if (smaller >= rowBlock) {
                break;
            }
            rowBlock = smaller;
            cells = (long) groups * blocks(rows, rowBlock) * blocks(columns, columnBlock);
        }
        return new Cells(groups, rows, columns, rowBlock, columnBlock);
    }

    /** A size of at most {@code max} and a multiple of {@code step}, of which nearly equal parts make up the total. */
    static int even(int total, int max, int step) {
        int parts = blocks(total, max);
        return Math.max(step, blocks(blocks(total, parts), step) * step);
    }

    private static int blocks(int total, int size) {
        return total / size + (total % size == 0 ? 0 : 1);
    }

    private int rowBlocks() {
        return blocks(rows, rowBlock);
    }

    private int columnBlocks() {
        return blocks(columns, columnBlock);
    }

    int count() {
        return Math.multiplyExact(Math.multiplyExact(groups, rowBlocks()), columnBlocks());
    }

    int group(int cell) {
        return cell / columnBlocks() / rowBlocks();
    }

    int firstRow(int cell) {
        return cell / columnBlocks() % rowBlocks() * rowBlock;
    }

    int firstColumn(int cell) {
        return cell % columnBlocks() * columnBlock;
    }

    int rowsOf(int cell) {
        return Math.min(rowBlock, rows - firstRow(cell));
    }

    int columnsOf(int cell) {
        return Math.min(columnBlock, columns - firstColumn(cell));
    }

    /** Computes all cells, in any order. */
    void forEachRun(Workers workers, Run run) {
        forEachRun(workers, count(), 1, run);
    }

    /** Computes all cells, those of one group in order and in one thread. */
    void forEachGroup(Workers workers, Run run) {
        forEachRun(workers, groups, rowBlocks() * columnBlocks(), run);
    }

    private static void forEachRun(Workers workers, int units, int cellsAUnit, Run run) {
        int runs = workers.threads() == 1 ? 1 : (int) Math.min(units, (long) workers.threads() * RUNS_PER_THREAD);
        workers.forEach(runs, i -> {
            int from = (int) ((long) units * i / runs);
            int to = (int) ((long) units * (i + 1) / runs);
            run.cells(from * cellsAUnit, to * cellsAUnit);
        });
    }
}
